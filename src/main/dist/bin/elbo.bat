@echo off
rem Runs Elbo from where it was unpacked, on a JDK of version 25 or newer.
rem
rem   ELBO_JAVA_HOME   the JDK to use; otherwise JAVA_HOME, or the java of the PATH
rem   ELBO_JAVA_OPTS   more options for Java, such as -Xmx16g
setlocal
set "ELBO_DIR=%~dp0.."
set "ELBO_JAVA=java"
if defined JAVA_HOME set "ELBO_JAVA=%JAVA_HOME%\bin\java"
if defined ELBO_JAVA_HOME set "ELBO_JAVA=%ELBO_JAVA_HOME%\bin\java"
"%ELBO_JAVA%" -XX:MaxRAMPercentage=75 --enable-native-access=ALL-UNNAMED --add-modules=jdk.incubator.vector -Djdk.reflect.useNativeAccessorOnly=true "-Delbo.presets=%ELBO_DIR%\presets" %ELBO_JAVA_OPTS% -cp "%ELBO_DIR%\elbo.jar" dev.elbo.cli.Main %*
exit /b %ERRORLEVEL%
