; `birthmark` at the command prompt: its folder comes onto the machine's PATH, and leaves it with the program.
!macro onPath act
  nsExec::Exec `"$SYSDIR\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "$INSTDIR\resources\program\bin\path.ps1" ${act}`
  Pop $0
!macroend

!macro customInstall
  !insertmacro onPath add
!macroend

; Runs before the files go: the script is one of them.
!macro customUnInstall
  !insertmacro onPath remove
!macroend
