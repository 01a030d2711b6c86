# For the launchers of a checkout, which source it after java.sh: builds what they start.
# shellcheck shell=sh

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
  # Whoever does not ask for TornadoVM builds without its SDK, which may be another version's, or gone.
  case $2 in
    *-Dtornado.version=*) ;;
    *) unset TORNADOVM_HOME ;;
  esac
  # shellcheck disable=SC2086 # a list
  mvn -B -q -f "$1/pom.xml" package -Dmaven.test.skip=true -Delbo.zip.skip=true $2 >&2 || fail "the build failed; see above"
  touch -r "$began" "$3" # what changed meanwhile is newer
}
