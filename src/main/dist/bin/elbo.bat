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
rem G1 can corrupt memory on Java 25.0.0 to 25.0.2 (JDK-8377811).
set "ELBO_GC=-XX:+UseParallelGC"
if defined ELBO_JAVA_OPTS set "ELBO_GC="
"%ELBO_JAVA%" %ELBO_GC% -XX:MaxRAMPercentage=75 --enable-native-access=ALL-UNNAMED --add-modules=jdk.incubator.vector -Djdk.reflect.useNativeAccessorOnly=true "-Delbo.presets=%ELBO_DIR%\presets" %ELBO_JAVA_OPTS% -cp "%ELBO_DIR%\elbo.jar" dev.elbo.cli.Main %*
exit /b %ERRORLEVEL%
