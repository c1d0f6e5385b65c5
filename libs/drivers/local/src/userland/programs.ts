/** Programs that scripts take for granted, where the machine has them. `sh` and `cat` must be there. */
export const PROGRAMS: readonly string[] = [
  ..."sh bash dash".split(" "),
  ...`arch b2sum base32 base64 basename basenc cat chgrp chmod chown cksum comm cp csplit cut date dd df dir dircolors
dirname du echo env expand expr factor false fmt fold groups head hostid id install join link ln logname ls md5sum
mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pinky pr printenv printf ptx pwd readlink
realpath rm rmdir seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum
sync tac tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes [`.split(
    /\s+/,
  ),
  ..."grep egrep fgrep sed awk mawk gawk find xargs tar gzip gunzip zcat diff cmp which hostname getent clear tput".split(
    " ",
  ),
];

/** Libraries that a Node binary needs, and those that the C library loads by name. */
export const LIBRARIES: readonly string[] = [
  "libc.so.6",
  "libm.so.6",
  "libdl.so.2",
  "libpthread.so.0",
  "librt.so.1",
  "libresolv.so.2",
  "libnss_dns.so.2",
  "libnss_files.so.2",
  "libstdc++.so.6",
  "libgcc_s.so.1",
  "libatomic.so.1",
];

/** Further files, where the machine has them. */
export const FILES: readonly string[] = [
  "/etc/os-release",
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/services",
  "/etc/protocols",
];

/** Directories with their modes. */
export const DIRECTORIES: readonly (readonly [path: string, mode: number])[] = [
  ["/tmp", 0o1777],
  ["/var/tmp", 0o1777],
  ["/root", 0o700],
  ["/home", 0o755],
  ["/etc", 0o755],
  ["/proc", 0o555],
  ["/sys", 0o555],
  ["/dev", 0o755],
  ["/run", 0o755],
  ["/opt", 0o755],
  ["/usr/local/bin", 0o755],
];

/** Files that are the same on every machine. */
export const TEXTS: Readonly<Record<string, string>> = {
  "/etc/passwd":
    "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
  "/etc/group": "root:x:0:\nnogroup:x:65534:\n",
  "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
};
