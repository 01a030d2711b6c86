# For the launchers, those of a checkout and the one that is installed, which source it: finds a JDK of version 25 or newer,
# links a runtime from it, and starts the program. They set `tools` to the folder that this file and LinkRuntime.java are in.
# shellcheck shell=sh disable=SC2034,SC2154 # the launchers use what is set here, and set `tools`
#
#   ELBO_JAVA_HOME   the JDK to use; otherwise JAVA_HOME, the usual folders, and the PATH are searched
#   ELBO_JAVA_OPTS   more options for Java, such as -Xmx16g

oldest=25

# What is linked into a runtime: the standard edition, the Vector API, all encodings, the compiler (for exercises), and what
# shows a running program.
modules=java.se,jdk.incubator.vector,jdk.charsets,jdk.compiler,jdk.httpserver,jdk.jdwp.agent,jdk.jfr,jdk.management,jdk.management.agent,jdk.unsupported,jdk.zipfs

# say WORDS
say() {
  echo "$(basename -- "$0"): $*" >&2
}

# fail WORDS: says what went wrong, and ends.
fail() {
  say "$@"
  exit 1
}

# read_release FOLDER: sets `version` to that of a JDK, 25.0.3, and `has` to its modules, as its file says; or to nothing.
read_release() {
  version=
  has=
  [ -r "$1/release" ] || return 0
  while IFS='=' read -r name value; do
    value=${value#\"}
    case $name in
      JAVA_VERSION) version=${value%%\"*} ;;
      MODULES) has=${value%%\"*} ;;
    esac
  done <"$1/release"
}

is_new_enough() {
  read_release "$1"
  feature=${version%%[!0-9]*}
  [ -n "$feature" ] && [ "$feature" -ge "$oldest" ] && [ -x "$1/bin/java" ] || return 1
  case " $has " in
    '  ' | *' jdk.incubator.vector '*) ;;
    *) return 1 ;; # a runtime that somebody linked without the Vector API
  esac
}

search_java() {
  for jdk in "${ELBO_JAVA_HOME:-}" "${JAVA_HOME:-}" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$jdk" ] && is_new_enough "$jdk"; then
      return
    fi
  done
  jdk=$(command -v java) && jdk=$(readlink -f -- "$jdk") && jdk=${jdk%/bin/java} && is_new_enough "$jdk"
}

# Sets `jdk` to the JDK's folder, `java` to its program, `vector` to the option that resolves the Vector API, and
# `collector` to the one that chooses another garbage collector where the usual one is not to be trusted.
find_java() {
  if [ -n "${ELBO_JAVA_HOME:-}" ] && ! is_new_enough "$ELBO_JAVA_HOME"; then
    fail "ELBO_JAVA_HOME=$ELBO_JAVA_HOME is not a JDK of version $oldest or newer, with the module jdk.incubator.vector;" \
      "found version '$version'"
  fi
  search_java ||
    fail "no JDK of version $oldest or newer was found; install one, or set ELBO_JAVA_HOME to its folder"
  java=$jdk/bin/java
  vector=--add-modules=jdk.incubator.vector
  collector=
  case $version in
    25 | 25-* | 25.0.[0-2] | 25.0.[0-2][.-]*)
      case "${ELBO_JAVA_OPTS:-} ${JDK_JAVA_OPTIONS:-} ${JAVA_TOOL_OPTIONS:-}" in
        *-XX:+Use*GC*) ;;
        *)
          collector=-XX:+UseParallelGC
          say "Java $version can corrupt memory with G1 (JDK-8377811, until 25.0.3), so ParallelGC collects;" \
            "update Java"
          ;;
      esac
      ;;
  esac
}

# Prints a word that stands for what it reads.
checksum() {
  cksum | tr ' ' -
}

# link_runtime FOLDER: links, once, a runtime from the JDK's modules, and sets `java` to its program. It resolves the
# Vector API without an option, and without a warning at every start. Where jlink cannot, its folder remains empty.
link_runtime() {
  runtime=$1/runtime-$({ echo "$jdk" "$modules" && cat "$jdk/release" "$tools/LinkRuntime.java"; } | checksum)
  if [ ! -d "$runtime" ] && [ -w "$1" ]; then
    say "linking a Java runtime ..."
    (
      new=$(mktemp -d "$1/linking.XXXXXX")
      trap 'rm -rf "$new"' EXIT
      trap 'exit 1' HUP INT TERM
      "$java" --add-modules=jdk.jlink --add-exports=jdk.jlink/jdk.tools.jlink.plugin=ALL-UNNAMED \
        --add-exports=jdk.jlink/jdk.tools.jlink.internal=ALL-UNNAMED "$tools/LinkRuntime.java" \
        --add-modules="$modules" --resolve-vector --generate-cds-archive --no-header-files --no-man-pages \
        --output="$new/runtime" >"$new/log" 2>&1 || {
        say "jlink cannot, so the JDK is used as it is: $(tail -n 1 "$new/log")"
        rm -rf "$new/runtime"
        mkdir "$new/runtime"
      }
      [ -d "$runtime" ] || mv "$new/runtime" "$runtime"
    ) || :
  fi
  if [ -x "$runtime/bin/java" ]; then
    java=$runtime/bin/java
    vector=
  fi
}

# start OPTIONS: becomes Java. Reflection, which only options and documents are read by, is then slower when it is warm,
# and much faster when it is cold.
start() {
  # shellcheck disable=SC2086 # each may be nothing
  exec "$java" -XX:MaxRAMPercentage=75 $collector --enable-native-access=ALL-UNNAMED $vector \
    -Djdk.reflect.useNativeAccessorOnly=true "$@"
}

# Java 25 turns on what its second compiler knows of the Vector API when it meets the API's module. It does not meet it where
# modules come linked from a cache, and training would take some 80 times as long. So where there is a cache, it is told.
vectors='-XX:+UnlockExperimentalVMOptions -XX:+EnableVectorSupport -XX:+EnableVectorReboxing
  -XX:+EnableVectorAggressiveReboxing'

# remember FOLDER: sets `cache` to a file of the classes that the program of a folder needs, loaded and linked. It is made
# once, by a small run, for these jars, their times and this Java; Java looks at the times, not at what is in the jars. Not
# kept is what the run compiled: a start would compile it, too. Where none can be made, its file remains empty.
remember() {
  cache=$1/start-$({
    echo "$java" "$collector"
    LC_ALL=C ls -lL "$1/elbo.jar" "$1"/lib/*.jar
    cat "$tools/java.sh" "$jdk/release" "$1/elbo.jar" "$1"/lib/*.jar
  } | checksum).aot
  if [ ! -f "$cache" ] && [ -w "$1" ]; then
    say "preparing to start faster ..."
    (
      new=$(mktemp -d "$1/preparing.XXXXXX")
      trap 'rm -rf "$new"' EXIT
      trap 'exit 1' HUP INT TERM
      # shellcheck disable=SC2086 # `vectors` is a list
      {
        "$java" $vectors -version && (start $vectors \
          -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining \
          "-XX:AOTCacheOutput=$new/aot" -cp "$1/elbo.jar" dev.elbo.cli.Main quickstart \
          --out "$new/run" --users 60 --items 40 --epochs 1)
      } >"$new/log" 2>&1 </dev/null || :
      [ -f "$new/aot" ] || {
        say "Java cannot, so it starts as before: $(tail -n 1 "$new/log")"
        : >"$new/aot"
      }
      rm -f "$1"/start-*.aot
      mv "$new/aot" "$cache"
    ) || :
  fi
  [ -s "$cache" ] || cache=
}

# ends_soon ARGUMENTS: whether a command ends before Java's second compiler pays: it says what it knows, or asks a model of
# less than 32 MiB for one user. That compiler knows instructions for checksums and vectors, which a large model needs.
ends_soon() {
  case ${1:-} in
    '' | -h | --help | -V | --version | completion | dialects) return 0 ;;
    recommend | similar) ;;
    *) return 1 ;;
  esac
  model=
  before=
  for argument in "$@"; do
    case $argument in
      --histories* | --users* | @*) return 1 ;;
      --model-dir=*) model=${argument#*=} ;;
    esac
    [ "$before" != --model-dir ] || model=$argument
    before=$argument
  done
  [ -n "$(find "$model/model.safetensors" -size -65536 2>/dev/null)" ]
}

# elbo FOLDER PRESETS ARGUMENTS: becomes the program, whose jars are in a folder. With `argfile`, a file of options for Java,
# and `jar`, one more, it runs beside TornadoVM, which wants the JDK itself.
elbo() {
  folder=$1
  presets=$2
  shift 2
  cache=
  compiler=
  if [ -z "${argfile:-}" ]; then
    link_runtime "$folder"
    remember "$folder"
    ! ends_soon "$@" || compiler=-XX:TieredStopAtLevel=1
  fi

  # Without a locale, as in a container, or with one that is not installed, Java takes what is not ASCII in arguments and
  # in names of files for question marks.
  case $(locale charmap 2>/dev/null) in
    '' | ANSI_X3.4-1968 | US-ASCII) export LC_ALL=C.UTF-8 ;;
  esac

  terminal=false
  [ ! -t 2 ] || terminal=true
  # Java says so when it cannot use the cache, as with another collector, and does without.
  # shellcheck disable=SC2086 # ELBO_JAVA_OPTS and `vectors` are lists
  start ${argfile:+"@$argfile" --add-opens=java.base/java.io=ALL-UNNAMED -Delbo.out=3} \
    ${cache:+$vectors "-XX:AOTCache=$cache" -Xlog:aot=off -Xlog:cds=off} $compiler \
    "-Delbo.terminal=$terminal" "-Delbo.presets=$presets" ${ELBO_JAVA_OPTS:-} \
    -cp "$folder/elbo.jar${jar:+:$jar}" dev.elbo.cli.Main "$@"
}
