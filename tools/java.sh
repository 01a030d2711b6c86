# For the launchers, which source it: finds a JDK of version 25 or newer, and builds.
# shellcheck shell=sh
#
#   ELBO_JAVA_HOME   the JDK to use; otherwise JAVA_HOME, the usual folders, and the PATH are searched

oldest=25

# fail WORDS: says what went wrong, and ends.
fail() {
  echo "$(basename -- "$0"): $*" >&2
  exit 1
}

# Prints the feature version of a JDK's folder: 25.
version() {
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

is_new_enough() {
  found=$(version "$1")
  [ -n "$found" ] && [ "$found" -ge "$oldest" ] && [ -x "$1/bin/java" ]
}

search_java() {
  for home in "${ELBO_JAVA_HOME:-}" "${JAVA_HOME:-}" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$home" ] && is_new_enough "$home"; then
      printf '%s\n' "$home/bin/java"
      return
    fi
  done
  onpath=$(command -v java) && onpath=$(readlink -f -- "$onpath") &&
    is_new_enough "${onpath%/bin/java}" && printf '%s\n' "$onpath"
}

# Sets `java` to the program to run.
find_java() {
  if [ -n "${ELBO_JAVA_HOME:-}" ] && ! is_new_enough "$ELBO_JAVA_HOME"; then
    fail "ELBO_JAVA_HOME=$ELBO_JAVA_HOME is not a JDK of version $oldest or newer; found version '$(version "$ELBO_JAVA_HOME")'"
  fi
  java=$(search_java) ||
    fail "no JDK of version $oldest or newer was found; install one, or set ELBO_JAVA_HOME to its folder"
}

# build ROOT OPTIONS: packages the project, without tests.
build() {
  command -v mvn >/dev/null || fail "nothing is built yet, and Maven (mvn) was not found; install it"
  echo "$(basename -- "$0"): building, once ..." >&2
  pom=$1/pom.xml
  shift
  mvn -B -q -f "$pom" package -Dmaven.test.skip=true "$@" >&2 || fail "the build failed; see above"
}
