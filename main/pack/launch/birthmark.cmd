@echo off
rem The command line of the installed program: its own Node runs it, nothing else of this machine does.
setlocal
set NODE_OPTIONS=
"%~dp0node.exe" "%~dp0..\dist\electron\cli.js" %*
exit /b %ERRORLEVEL%
