# What ./jex runs and how that is built; sourced by ./jex, ./check and the benchmarks, which have
# sourced jdk.sh and set "home" to the clone's folder.
#
#   .jex/current       the name of the newest build's folder; as old as the sources it was built from
#   .jex/NAME/*.jar    the class path, in the order of the names
#   .jex/NAME/jex.aot  the JVM's start-up cache for exactly that class path
#   .jex/build.log     what Maven said
#
# Each build has a folder of its own, so that shells that are running keep their jars.

# JVM options for every JVM that runs processes: ./jex gives them to its own, the README recommends
# them to users, and the benchmarks measure with them.
#   UseCompactObjectHeaders  headers of 8 bytes instead of 12: an idle GenServer is 295 bytes, not 355
#   add-opens                lets processes run on carrier threads of Retort's own: those that block in
#                            receive or a call hand over to the next two to four times as fast
node_options=(
  -XX:+UseCompactObjectHeaders
  --add-opens=java.base/java.lang=ALL-UNNAMED
)

# Log lines as Elixir's look, for ./jex and the examples.
log_options=('-Djava.util.logging.SimpleFormatter.format=%1$tT.%1$tL [%4$s] %5$s%6$s%n')

# Sets "jex" to the command that starts the shell from folder $1, with the JVM options that follow.
#   AOTCache        halves the processor time of a start: `jex -e 'println("up")'` takes 0.65 s of it
#                   instead of 1.37 s, most of it in JShell's compiler, which the training run covers
#   AOTMode=auto    a cache that does not fit (another JDK, a copied folder) is passed over in silence;
#                   JVM warnings go to stderr, never into what a pipe reads
#   class path      not a module path: JShell compiles what is typed against it
#   user.home       Java asks the system's list of users, Erlang the environment; we are with Erlang
# Measured and left as the JVM has it: the serial and the parallel collector start no faster than G1
# (0.65 s); without C2 it would be 0.49 s, but a node runs for long.
jex_command() {
  local jar class_path= folder=$1
  shift
  for jar in "$folder"/*.jar; do
    class_path+=:$jar
  done
  jex=(
    "$JAVA_HOME/bin/java"
    "-XX:AOTCache=$folder/jex.aot" -XX:AOTMode=auto
    -Xlog:disable -Xlog:all=warning:stderr -Xlog:aot*=off:stderr -Xlog:cds*=off:stderr
    "${node_options[@]}"
    --enable-native-access=ALL-UNNAMED
    "-Duser.home=$HOME"
    "${log_options[@]}"
    "$@"
    -cp "${class_path#:}"
    dev.retort.shell.Jex
  )
}

# Whether .jex has a build of the sources as they are now; sets "build" to its folder.
jex_is_built() {
  local module name sources=("$home/pom.xml")
  { read -r name < "$home/.jex/current"; } 2>/dev/null || return 1
  build=$home/.jex/$name
  for module in etf core node shell; do
    sources+=("$home/$module/pom.xml" "$home/$module/src/main")
  done
  [[ -d $build && -z $(find "${sources[@]}" -newer "$home/.jex/current" -print -quit) ]]
}

# Builds unless that is done already; one process at a time does it, others wait for it.
build_jex() {
  local lock=$home/.jex/lock said=
  mkdir -p "$home/.jex"
  until mkdir "$lock" 2>/dev/null; do
    if jex_lock_is_stale "$lock"; then
      rm -rf "$lock"
    else
      [[ $said ]] || echo 'Retort has changed, another process is building it.' >&2
      said=1
      sleep 0.2
    fi
  done
  trap 'rm -rf "$home/.jex/lock"' EXIT
  trap 'exit 130' INT TERM
  echo $$ > "$lock/pid"
  jex_is_built || build_jex_now
  rm -rf "$lock"
  trap - EXIT INT TERM
}

# Whether the process that made the lock is gone without taking it away.
jex_lock_is_stale() {
  local owner
  if [[ ! -f $1/pid ]]; then
    sleep 1 # its owner may be about to write its number
  fi
  { read -r owner < "$1/pid"; } 2>/dev/null || return 0
  ! kill -0 "$owner" 2>/dev/null
}

build_jex_now() {
  local started=$SECONDS log=$home/.jex/build.log name=build-$$-$RANDOM line folder last=
  find_maven
  if { read -r last < "$home/.jex/current"; } 2>/dev/null; then
    printf 'Retort has changed, building:' >&2
  else
    printf 'Building Retort for the first time:' >&2
  fi
  build=$home/.jex/$name
  mkdir "$build"
  touch "$build/started"
  rm -rf "$home/shell/target/libraries" # it may have jars of versions that are no longer used
  {
    cd "$home"
    "$MAVEN" -B -pl shell -am package -Dmaven.test.skip=true -Dmaven.javadoc.skip=true \
      -Dmaven.source.skip=true 2>&1 || echo 'BUILD STOPPED'
  } | tee "$log" | while IFS= read -r line; do
    case $line in
      *'Building Retort '[a-z]*)
        line=${line#*Building Retort }
        printf ' %s' "${line%% *}" >&2
        ;;
    esac
  done
  if grep -q 'BUILD STOPPED' "$log"; then
    printf '\nThat failed (all of it is in %s):\n' "$log" >&2
    { grep -E '^\[ERROR\] .|^\[WARNING\] /' "$log" || cat "$log"; } | sed '/\[Help 1\]/q' | head -n 20 >&2
    rm -rf "$build"
    return 1
  fi
  mv "$home"/shell/target/libraries/*.jar "$build/"
  printf ' start-up cache' >&2
  train_jex >> "$log" 2>&1 || rm -f "$build/jex.aot" # slower, not worse
  printf ', done in %d s.\n' $((SECONDS - started)) >&2

  printf '%s\n' "$name" > "$build/current"
  touch -r "$build/started" "$build/current"
  mv -f "$build/current" "$home/.jex/current"
  for folder in "$home"/.jex/build-*; do
    case ${folder##*/} in
      "$name" | "$last") ;; # a shell may just be starting from the last one
      *) rm -rf "$folder" ;;
    esac
  done
}

# Makes the start-up cache of folder "build": runs what people type first, so that the classes of
# the shell and of JShell's compiler are kept as they are then, loaded and linked. The node has a
# name, for the classes of the network, and its own epmd, for nobody to meet it.
train_jex() {
  local jex jvm
  jex_command "$build"
  jvm=("${jex[0]}" "-XX:AOTCacheOutput=$build/jex.aot" -Djex.rehearsal=true "${jex[@]:3}")
  ERL_EPMD_PORT=$((20000 + RANDOM % 10000)) \
    "${jvm[@]}" --sname "training$$" --cookie training --hidden < "$home/etc/training.jex" ||
    "${jvm[@]}" < "$home/etc/training.jex"
}
