/**
 * First half of the program that makes the confinement and starts the driver in it: leaving the machine's namespaces. Perl, because
 * it is on every Debian machine, starts in 2 ms, and can make every system call itself: no program is started for any step.
 */
export const APART = String.raw`
use strict;
$SIG{__WARN__} = sub { };
my (%number, %do, $root, @relays, @groups, $go, $stranger, $waited, @asked);
my @signals = qw(TERM INT HUP USR1 USR2);

sub fail {
  print STDERR "gantry: this driver could not be confined: $_[0]: $!\n";
  exit 126;
}
sub call {
  my ($name, @args) = @_;
  return syscall($number{$name}, @args);
}
sub must {
  my ($what, @rest) = @_;
  my $result = call(@rest);
  fail($what) if $result < 0;
  return $result;
}
sub spill {
  my ($file, $text) = @_;
  open(my $out, '>', $file) or fail("open $file");
  print $out $text;
  close $out or fail("write $file");
}
sub silence {
  open(STDIN, '<', '/dev/null');
  open(STDOUT, '>', '/dev/null');
  open(STDERR, '>', '/dev/null');
}
sub map_ids {
  my ($who, $map) = @_;
  spill("/proc/$who/uid_map", $map);
  spill("/proc/$who/gid_map", $map);
}
sub die_with_parent { must('die with the parent', 'prctl', 1, 9, 0, 0, 0) }

# What is asked of this process is asked of the one that it will wait for, once. From the start: the first process of a
# namespace is not even told of a signal that it does not listen for.
sub listen_for_it {
  my $pass = sub { defined $waited ? kill($_[0], $waited) : push(@asked, $_[0]) };
  $SIG{$_} = $pass for @signals;
}
sub listen_no_more { $SIG{$_} = 'DEFAULT' for @signals }

# Ends as the one that it waits for does.
sub wait_for {
  my ($pid) = @_;
  $waited = $pid;
  kill $_, $pid for splice @asked;
  while (1) {
    my $ended = waitpid(-1, 0);
    next if $ended < 0 && $! == 4;
    exit 1 if $ended < 0;
    next if $ended != $pid;
    exit($? & 127 ? 128 + ($? & 127) : $? >> 8);
  }
}

$do{number} = sub { $number{$_[0]} = $_[1] + 0 };
# Opened before the namespaces are left, as which it may be written to.
$do{cgroup} = sub {
  open(my $members, '>', "$_[0]/cgroup.procs") or fail("open the control group $_[0]");
  push @groups, $members;
};
$do{limit} = sub {
  my ($resource, $most) = @_;
  my $pair = pack('QQ', $most, $most);
  must("limit $resource", 'prlimit64', 0, $resource + 0, $pair, 0);
};

# Until the one outside has put us into the control groups. It may have failed, or have died before we would have died with it.
sub wait_until_limited {
  sysread($go, my $byte, 1) or exit 126;
  # The other end stays open as long as it lives, so what can be read now is that it has ended.
  vec(my $ended = '', fileno($go), 1) = 1;
  exit 126 if select($ended, undef, undef, 0);
  close $go;
}

# Keeps a way to show files of ours as those of an id that is nobody's: a user namespace in which that is all there is.
$do{stranger} = sub {
  my ($id) = @_;
  pipe(my $made, my $making) or fail('make a pipe');
  pipe(my $held, my $holding) or fail('make a pipe');
  my $pid = fork;
  fail('start a process') if !defined $pid;
  if (!$pid) {
    close $holding;
    exit 126 if call('unshare', 0x10000000) < 0;
    syswrite($making, 'x');
    sysread($held, my $byte, 1);
    exit 0;
  }
  close $making;
  sysread($made, my $byte, 1) or fail('make a user namespace');
  map_ids($pid, "0 $id 1\n");
  open($stranger, '<', "/proc/$pid/ns/user") or fail('keep a user namespace');
  close $holding;
  waitpid($pid, 0);
};

# Leaves the namespaces. The one that waits outside goes with its parent, the first one inside goes with it, and all inside with that.
$do{apart} = sub {
  my ($flags) = @_;
  my ($uid, $gid) = ($> + 0, $) + 0);
  my $parent = getppid;
  die_with_parent();
  exit 126 if getppid != $parent;
  listen_for_it();
  call('setgroups', 0, 0);
  must('leave the namespaces', 'unshare', $flags + 0);
  if ($flags & 0x10000000) {
    spill('/proc/self/setgroups', 'deny');
    spill('/proc/self/uid_map', "$uid $uid 1\n");
    spill('/proc/self/gid_map', "$gid $gid 1\n");
  }
  die_with_parent();
  pipe($go, my $ready) or fail('make a pipe');
  my $pid = fork;
  fail('start a process') if !defined $pid;
  if ($pid) {
    close $go;
    # Takes the kernel a while, in which the other one lays out the view.
    for my $members (@groups) { syswrite($members, $pid) or fail('enter the control group') }
    syswrite($ready, 'x');
    silence();
    wait_for($pid);
  }
  close $ready;
  die_with_parent();
  close $_ for @groups;
  must('lead a session', 'setsid');
};
`;
