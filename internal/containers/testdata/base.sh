#!/bin/bash
# Makes the images that the files of mcpgen deploy begin with out of this
# machine's own programs, under the names that they have in a registry: with
# nothing but a few programs in them, but the real ones.
set -euo pipefail
dir=$1
trap 'rm -rf "$dir"' EXIT

# root NAME PROGRAM... lays out a root with a shell and programs with their
# libraries.
root() {
	local to=$dir/$1 command program library
	shift
	mkdir -p "$to"/{bin,etc/ssl/certs,tmp,run,root,usr/local,var/lib/nginx,var/log/nginx}
	chmod 1777 "$to/tmp"
	cp /bin/busybox "$to/bin/"
	for command in sh echo true; do ln -s busybox "$to/bin/$command"; done
	cp /etc/passwd /etc/group "$to/etc/"
	cp /etc/ssl/certs/ca-certificates.crt "$to/etc/ssl/certs/"
	for program; do
		mkdir -p "$to$(dirname "$program")"
		cp -L "$program" "$to$program"
		for library in $(ldd "$program" | grep -oE '/[^ ]+'); do
			mkdir -p "$to$(dirname "$library")"
			cp -L "$library" "$to$library"
		done
	done
}

root nginx "$(command -v nginx)"
root redis "$(command -v redis-server)"
root golang
tar -C "$dir/nginx" -c . | podman import -q --change 'CMD ["nginx", "-g", "daemon off;"]' --change 'ENV PATH=/bin:/usr/bin:/usr/sbin' - docker.io/library/nginx:alpine
tar -C "$dir/redis" -c . | podman import -q --change 'ENV PATH=/bin:/usr/bin' - docker.io/library/redis:7-alpine
goroot=$(go env GOROOT)
tar --transform "s,^$(basename "$goroot"),usr/local/go," -c -C "$dir/golang" . -C "$(dirname "$goroot")" --exclude=go/test --exclude=go/doc --exclude=go/api "$(basename "$goroot")" |
	podman import -q --change 'ENV PATH=/bin:/usr/local/go/bin' --change 'ENV GOPATH=/go' --change 'ENV GOPROXY=file:///proxy' --change 'ENV GONOSUMDB=*' \
		--change 'ENV GOTOOLCHAIN=local' --change 'ENV HOME=/root' - "docker.io/library/golang:$2"
