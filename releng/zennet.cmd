@echo off
rem Zennet on Windows: finds a Java 25 and runs. Not tested on any machine: see docs/operations.md.
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
set "ROOT=%ROOT:~0,-1%"
set "JAVA="
call :java "%ROOT%\jre"
if defined ZENNET_JAVA_HOME call :java "%ZENNET_JAVA_HOME%"
if defined JAVA_HOME call :java "%JAVA_HOME%"
for %%J in (java.exe) do if not "%%~$PATH:J"=="" call :java "%%~dp$PATH:J.."
for /d %%D in ("%ProgramFiles%\Eclipse Adoptium\*" "%ProgramFiles%\Java\*" "%ProgramFiles%\Microsoft\*" "%ProgramFiles%\Zulu\*") do call :java "%%~D"
if not defined JAVA (
  echo zennet: needs a Java 25 or newer and found none: install one ^(https://adoptium.net has it^) and set ZENNET_JAVA_HOME to its directory 1>&2
  exit /b 1
)
set "ZENNET_PRODUCT=%ROOT%"
set "OPTIONS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED"
if "%~1"=="workbench" goto workbench

set "BOOT="
set "OSGI="
for %%F in ("%ROOT%\plugins\org.zennet.launch_*.jar") do set "BOOT=%%~F"
for %%F in ("%ROOT%\plugins\org.eclipse.osgi_*.jar") do set "OSGI=%%~F"
set "ROLE=zennet-cli"
if "%~1 %~2"=="node start" set "ROLE=zennet-node"
if "%~1 %~2"=="miner start" set "ROLE=zennet-miner"
if "%~1 %~2"=="provider start" set "ROLE=zennet-provider"
if "%~1 %~2"=="job submit" set "ROLE=zennet-publisher"
if "%~1"=="demo" set "ROLE=zennet-demo"
if "%~1"=="benchmark" set "OPTIONS=-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED"
if "%~1"=="perf" set "OPTIONS=-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED"
"%JAVA%" "-Dzennet.role=%ROLE%" %OPTIONS% %ZENNET_JAVA_OPTS% "-Dzennet.install=%ROOT%" "-Dzennet.home=%ROOT%" "-Dzennet.launcher=%ROOT%\zennet.cmd" -cp "%BOOT%;%OSGI%" org.zennet.launch.Main %*
exit /b %ERRORLEVEL%

:workbench
set "LAUNCHER="
for %%F in ("%ROOT%\plugins\org.eclipse.equinox.launcher_*.jar") do set "LAUNCHER=%%~F"
if not exist "%ROOT%\plugins\org.zennet.workbench_*.jar" (
  echo zennet: this is the headless product: the workbench comes with the desktop product 1>&2
  exit /b 1
)
set WORDS=%*
set WORDS=%WORDS:*workbench=%
if not defined ZENNET_DATA set "ZENNET_DATA=%USERPROFILE%\.zennet"
set "DATA=%ZENNET_DATA%"
:words
if "%~1"=="" goto window
if "%~1"=="--data" set "DATA=%~2"
shift
goto words
:window
if not exist "%DATA%\osgi\workbench" mkdir "%DATA%\osgi\workbench"
if not exist "%DATA%\workspace" mkdir "%DATA%\workspace"
rem p2 reads and writes a copy of the product's settings there; of an older product it would start what is gone
type "%ROOT%\configuration\config.ini" >"%DATA%\osgi\workbench\config.ini"
"%JAVA%" -Dzennet.role=zennet-workbench -Dds.lock.timeout.milliseconds=60000 %OPTIONS% %ZENNET_JAVA_OPTS% "-Dzennet.install=%ROOT%" "-Dzennet.home=%ROOT%" "-Dzennet.launcher=%ROOT%\zennet.cmd" -jar "%LAUNCHER%" -nosplash -configuration "%DATA%\osgi\workbench" -data "%DATA%\workspace" %WORDS%
rem 23: the window asks to be opened again, for instance in another theme
if not "%ERRORLEVEL%"=="23" exit /b %ERRORLEVEL%
set WORDS=--data "%DATA%"
goto window

rem Takes a Java by its directory, where none was found yet and it is new enough; nothing is started for it.
:java
if defined JAVA exit /b 0
if not exist "%~1\bin\java.exe" exit /b 0
if not exist "%~1\release" exit /b 0
set "MAJOR="
for /f "usebackq tokens=1,2 delims==" %%K in ("%~1\release") do if "%%K"=="JAVA_VERSION" set "MAJOR=%%~L"
for /f "delims=.-+" %%M in ("%MAJOR%") do set "MAJOR=%%M"
if not defined MAJOR exit /b 0
if %MAJOR% GEQ 25 set "JAVA=%~1\bin\java.exe"
exit /b 0
