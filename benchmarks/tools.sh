# What the benchmarks' commands share; sourced by them after etc/jdk.sh and etc/jex.sh.

has_erlang() {
  type -P erl > /dev/null && type -P erlc > /dev/null
}

erlang_is_missing() {
  echo "erl and erlc are missing; install Erlang (on Debian and Ubuntu: sudo apt-get install erlang)."
}

# Puts the jars that $1/pom.xml names into target/NAME, NAME being the folder's, once for each version.
fetch() {
  local name=${1##*/} folder=$home/benchmarks/target/${1##*/}
  if [[ -f $folder/pom.xml ]] && cmp -s "$1/pom.xml" "$folder/pom.xml"; then
    return
  fi
  rm -rf "$folder"
  mkdir -p "$folder"
  find_maven || return
  printf 'Fetching the jars of benchmarks/%s ...\n' "$name" >&2
  "$MAVEN" -B -f "$1/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder" \
    > "$folder.log" 2>&1 || return
  cp "$1/pom.xml" "$folder/pom.xml"
}

# Prints its arguments, one a line.
lines() {
  printf '%s\n' "$@"
}

# Sets "classes" to what --classes says, "arguments" to the other words; answers --help with the comment
# at the top of the script that runs.
read_options() {
  classes=
  arguments=()
  while (( $# > 0 )); do
    case $1 in
      --help | -h)
        sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
        exit
        ;;
      --classes)
        classes=$2
        shift 2
        ;;
      *)
        arguments+=("$1")
        shift
        ;;
    esac
  done
}
