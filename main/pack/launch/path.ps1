# Puts the folder of this file on the machine's PATH, or takes it off: `path.ps1 add`, `path.ps1 remove`. Run by the installer.
param([Parameter(Mandatory)][ValidateSet('add', 'remove')][string]$Act)
$ErrorActionPreference = 'Stop'
$key = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
# Read without expanding: a %SystemRoot% of other programs must stay in it as it is.
$now = (Get-Item $key).GetValue('Path', '', 'DoNotExpandEnvironmentNames')
$folders = @($now -split ';' | Where-Object { $_ -and $_.TrimEnd('\') -ne $PSScriptRoot })
if ($Act -eq 'add') { $folders += $PSScriptRoot }
Set-ItemProperty -Path $key -Name Path -Value ($folders -join ';') -Type ExpandString
# Setting any variable tells running programs to read the environment again.
[Environment]::SetEnvironmentVariable('BirthmarkPathChanged', $null, 'User')
