# Finds what the project's commands run on; sourced by ./jex and ./check. Reads files instead of
# starting programs, because jex does this at every start. Works with bash 3.2, which macOS has.

readonly JAVA_WANTED=25

# Whether folder $1 is a JDK (not a mere JRE) that is new enough.
is_jdk() {
  local line version='^JAVA_VERSION="?([0-9]+)'
  [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return 1
  while read -r line || [[ -n $line ]]; do
    if [[ $line =~ $version ]]; then
      (( BASH_REMATCH[1] >= JAVA_WANTED ))
      return
    fi
  done < "$1/release"
  return 1
}

# Prints the file that $1 is, seen through symbolic links.
resolve() {
  local file=$1 target
  while [[ -L $file ]]; do
    target=$(readlink "$file")
    if [[ $target == /* ]]; then file=$target; else file=${file%/*}/$target; fi
  done
  printf '%s\n' "$file"
}

# Sets JAVA_HOME: the one that is set if it fits, else the java of the PATH, else a usual folder.
find_jdk() {
  local candidate java
  if [[ -n ${JAVA_HOME:-} ]] && is_jdk "$JAVA_HOME"; then
    export JAVA_HOME
    return
  fi
  if java=$(type -P java); then
    java=$(resolve "$java")
    candidate=${java%/bin/java}
    if is_jdk "$candidate"; then
      export JAVA_HOME=$candidate
      return
    fi
  fi
  for candidate in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/* /opt/java/* /usr/local/openjdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
    "$HOME"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if is_jdk "$candidate"; then
      export JAVA_HOME=$candidate
      return
    fi
  done
  echo "Retort needs a JDK $JAVA_WANTED or newer and found none:" \
    "install one (Eclipse Temurin, for example) or set JAVA_HOME to it." >&2
  return 1
}

# Sets MAVEN to the mvn that is there.
find_maven() {
  local candidate
  for candidate in "$(type -P mvn)" ${MAVEN_HOME:+"$MAVEN_HOME/bin/mvn"} \
    "$HOME/.sdkman/candidates/maven/current/bin/mvn" /opt/maven/bin/mvn; do
    if [[ -x $candidate ]]; then
      MAVEN=$candidate
      return
    fi
  done
  echo "Retort is built with Maven and found none:" \
    "install it (on Debian and Ubuntu: sudo apt-get install maven)." >&2
  return 1
}
