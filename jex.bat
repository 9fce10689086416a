@echo off
rem Starts a Retort node and its shell, building them on first use. As ./jex does on other systems,
rem but without looking whether the sources have changed: remove the folder .jex to build again.
rem JEX_JAVA_OPTIONS holds further options for the JVM, such as -Xmx4g.
setlocal EnableExtensions DisableDelayedExpansion
set "RETORT=%~dp0"
if "%RETORT:~-1%"=="\" set "RETORT=%RETORT:~0,-1%"
set "BUILD=%RETORT%\.jex\windows"

call :find_jdk
if errorlevel 1 exit /b 1
if exist "%BUILD%\built" goto run
call :build
if errorlevel 1 exit /b 1

:run
rem A start-up cache that does not fit is passed over in silence; see etc/jex.sh.
"%JAVA_HOME%\bin\java.exe" %JEX_JAVA_OPTIONS% "-XX:AOTCache=%BUILD%\jex.aot" -XX:AOTMode=auto -Xlog:disable -Xlog:all=warning:stderr -Xlog:aot*=off:stderr -Xlog:cds*=off:stderr -XX:+UseCompactObjectHeaders --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED "-Djava.util.logging.SimpleFormatter.format=%%1$tT.%%1$tL [%%4$s] %%5$s%%6$s%%n" -cp "%BUILD%\*" dev.retort.shell.Jex %*
exit /b %ERRORLEVEL%

:find_jdk
if defined JAVA_HOME call :is_jdk "%JAVA_HOME%" && exit /b 0
for /f "delims=" %%j in ('where java.exe 2^>nul') do call :is_jdk "%%~dpj.." && exit /b 0
for /d %%d in ("%ProgramFiles%\Eclipse Adoptium\jdk-*" "%ProgramFiles%\Java\jdk-*" "%ProgramFiles%\Microsoft\jdk-*" "%ProgramFiles%\Zulu\zulu-*" "%ProgramFiles%\Amazon Corretto\jdk*" "%USERPROFILE%\.jdks\*" "%USERPROFILE%\scoop\apps\temurin*-jdk\current") do call :is_jdk "%%~d" && exit /b 0
echo Retort needs a JDK 25 or newer and found none: install one (Eclipse Temurin, for example) or set JAVA_HOME to it. 1>&2
exit /b 1

rem Whether folder %1 is a JDK 25 or newer; if so, JAVA_HOME is set to it.
:is_jdk
if not exist "%~1\bin\javac.exe" exit /b 1
if not exist "%~1\release" exit /b 1
for /f "tokens=2 delims==" %%v in ('findstr /b "JAVA_VERSION=" "%~1\release"') do for /f "delims=." %%n in ("%%~v") do if %%n GEQ 25 (
  set "JAVA_HOME=%~f1"
  exit /b 0
)
exit /b 1

:build
where mvn.cmd >nul 2>nul
if errorlevel 1 (
  echo Retort is built with Maven and found none: install it and put its bin folder on the PATH. 1>&2
  exit /b 1
)
echo Building Retort for the first time; this takes a minute. 1>&2
if exist "%BUILD%" rmdir /s /q "%BUILD%"
mkdir "%BUILD%"
if exist "%RETORT%\shell\target\libraries" rmdir /s /q "%RETORT%\shell\target\libraries"
pushd "%RETORT%"
call mvn.cmd -B -pl shell -am package -Dmaven.test.skip=true -Dmaven.javadoc.skip=true -Dmaven.source.skip=true > "%RETORT%\.jex\build.log" 2>&1
if errorlevel 1 (
  popd
  echo That failed; "%RETORT%\.jex\build.log" has all of it. 1>&2
  exit /b 1
)
popd
move /y "%RETORT%\shell\target\libraries\*.jar" "%BUILD%" >nul
"%JAVA_HOME%\bin\java.exe" "-XX:AOTCacheOutput=%BUILD%\jex.aot" --enable-native-access=ALL-UNNAMED -cp "%BUILD%\*" dev.retort.shell.Jex < "%RETORT%\etc\training.jex" >> "%RETORT%\.jex\build.log" 2>&1
echo built> "%BUILD%\built"
exit /b 0
