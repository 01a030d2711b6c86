# For the launchers, which source it: finds a JDK of version 25 or newer, and builds.
# shellcheck shell=sh disable=SC2034 # the launchers use what is set here
#
#   ELBO_JAVA_HOME   the JDK to use; otherwise JAVA_HOME, the usual folders, and the PATH are searched

oldest=25

# What is linked into a runtime: the standard edition, the Vector API, all encodings, and what shows a running program.
modules=java.se,jdk.incubator.vector,jdk.charsets,jdk.httpserver,jdk.jdwp.agent,jdk.jfr,jdk.management,jdk.management.agent,jdk.unsupported,jdk.zipfs

# say WORDS
say() {
  echo "$(basename -- "$0"): $*" >&2
}

# fail WORDS: says what went wrong, and ends.
fail() {
  say "$@"
  exit 1
}

# Prints the version of a JDK's folder: 25.0.3.
version() {
  sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$1/release" 2>/dev/null
}

is_new_enough() {
  feature=$(version "$1" | sed 's/[^0-9].*//')
  [ -n "$feature" ] && [ "$feature" -ge "$oldest" ] && [ -x "$1/bin/java" ]
}

search_java() {
  for home in "${ELBO_JAVA_HOME:-}" "${JAVA_HOME:-}" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$home" ] && is_new_enough "$home"; then
      printf '%s\n' "$home"
      return
    fi
  done
  onpath=$(command -v java) && onpath=$(readlink -f -- "$onpath") &&
    is_new_enough "${onpath%/bin/java}" && printf '%s\n' "${onpath%/bin/java}"
}

# Sets `jdk` to the JDK's folder, `java` to its program, `vector` to the option that resolves the Vector API, and
# `collector` to the one that chooses another garbage collector where the usual one is not to be trusted.
find_java() {
  if [ -n "${ELBO_JAVA_HOME:-}" ] && ! is_new_enough "$ELBO_JAVA_HOME"; then
    fail "ELBO_JAVA_HOME=$ELBO_JAVA_HOME is not a JDK of version $oldest or newer; found version '$(version "$ELBO_JAVA_HOME")'"
  fi
  jdk=$(search_java) ||
    fail "no JDK of version $oldest or newer was found; install one, or set ELBO_JAVA_HOME to its folder"
  java=$jdk/bin/java
  vector=--add-modules=jdk.incubator.vector
  collector=
  case $(version "$jdk") in
    25 | 25-* | 25.0.[0-2] | 25.0.[0-2][.-]*)
      case "${ELBO_JAVA_OPTS:-} ${JDK_JAVA_OPTIONS:-} ${JAVA_TOOL_OPTIONS:-}" in
        *-XX:+Use*GC*) ;;
        *)
          collector=-XX:+UseParallelGC
          say "Java $(version "$jdk") can corrupt memory with G1 (JDK-8377811, until 25.0.3), so ParallelGC collects;" \
            "update Java"
          ;;
      esac
      ;;
  esac
}

# is_built JAR LIB SOURCES: whether the jar and the folder of the others are there, and no source has changed since. A
# file that is gone has changed its folder.
is_built() {
  [ -f "$1" ] && [ -d "$2" ] || return 1
  built=$1
  shift 2
  [ -z "$(find "$@" -newer "$built" | head -n 1)" ]
}

# bring_up_to_date ROOT OPTIONS JAR LIB SOURCES: builds the jar, without tests, unless it is built. Whoever comes while
# another one builds waits for it.
bring_up_to_date() {
  project=$1
  options=$2
  shift 2
  ! is_built "$@" || return 0
  if [ -f "$1" ] && [ -d "$2" ]; then
    changed="the sources have changed since the program was built; what was built is run, since"
    command -v mvn >/dev/null || { say "$changed Maven (mvn) was not found"; return 0; }
    [ -w "$(dirname "$1")" ] || { say "$changed $(dirname "$1") cannot be written"; return 0; }
  fi
  command -v mvn >/dev/null || fail "nothing is built yet, and Maven (mvn) was not found; install it"
  (
    ! command -v flock >/dev/null || { exec 9<"$project/pom.xml" && flock 9; }
    is_built "$@" || build "$project" "$options" "$1"
  )
}

# build ROOT OPTIONS JAR
build() {
  say "building ..."
  began=$(mktemp)
  trap 'rm -f "$began"' EXIT
  trap 'exit 1' HUP INT TERM
  rm -f "$3" # a program that runs keeps its own
  # shellcheck disable=SC2086 # a list
  mvn -B -q -f "$1/pom.xml" package -Dmaven.test.skip=true $2 >&2 || fail "the build failed; see above"
  touch -r "$began" "$3" # what changed meanwhile is newer
}

# link_runtime ROOT FOLDER: links, once, a runtime from the JDK's modules, and sets `java` to its program. It resolves the
# Vector API without an option, and without a warning at every start. Where jlink cannot, its folder remains empty.
link_runtime() {
  runtime=$2/runtime-$({ echo "$jdk" "$modules" && cat "$jdk/release" "$1/tools/LinkRuntime.java"; } | cksum | tr ' ' -)
  if [ ! -d "$runtime" ] && [ -w "$2" ]; then
    say "linking a Java runtime ..."
    (
      new=$(mktemp -d "$2/linking.XXXXXX")
      trap 'rm -rf "$new"' EXIT
      trap 'exit 1' HUP INT TERM
      "$java" --add-modules=jdk.jlink --add-exports=jdk.jlink/jdk.tools.jlink.plugin=ALL-UNNAMED \
        --add-exports=jdk.jlink/jdk.tools.jlink.internal=ALL-UNNAMED "$1/tools/LinkRuntime.java" \
        --add-modules="$modules" --resolve-vector --generate-cds-archive --no-header-files --no-man-pages \
        --output="$new/runtime" >"$new/log" 2>&1 || {
        say "jlink cannot, so the JDK is used as it is: $(tail -n 1 "$new/log")"
        rm -rf "$new/runtime"
        mkdir "$new/runtime"
      }
      [ -d "$runtime" ] || mv "$new/runtime" "$runtime"
    )
  fi
  if [ -x "$runtime/bin/java" ]; then
    java=$runtime/bin/java
    vector=
  fi
}
