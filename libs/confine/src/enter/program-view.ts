/** What the driver sees: its root file system, made of what the recipe names. Every source is opened without following a link. */
export const VIEW = String.raw`
sub mount_on {
  my ($from, $to, $type, $flags, $data) = @_;
  must("mount $to", 'mount', $from, $to, $type, $flags, $data);
}
sub set_flags {
  my ($to, $set, $deep) = @_;
  my $attributes = pack('Q4', $set, 0, 0, 0);
  must("protect $to", 'mount_setattr', -100, $to, $deep, $attributes, 32);
}
sub directory {
  my ($path) = @_;
  my $made = $root;
  for my $step (grep { length } split(m{/}, $path)) {
    $made .= "/$step";
    next if -d $made;
    mkdir($made, 0755) or fail("make the directory $made");
  }
}
sub parent {
  my ($path) = @_;
  $path =~ s{/[^/]*$}{};
  directory($path);
}
sub open_path {
  my ($path) = @_;
  my $how = pack('Q3', 0x280000, 0, 0x06);
  return call('openat2', -100, $path, $how, 24);
}
my @sealed;
my %kinds = (ro => 0x7, data => 0xf, rw => 0x6, dev => 0xa);

$do{root} = sub {
  ($root) = @_;
  mount_on('none', '/', 'none', 0x44000, '');
  mount_on('tmpfs', $root, 'tmpfs', 0x6, 'size=4m,nr_inodes=8k,mode=755');
};
$do{bind} = sub {
  my ($kind, $from, $to) = @_;
  my $fd = open_path($from);
  return if $fd < 0 && $! == 2;
  fail("open $from") if $fd < 0;
  my $source = "/proc/self/fd/$fd";
  if (-d $source) { directory($to) }
  elsif (!-e $root . $to) { parent($to); spill($root . $to, '') }
  mount_on($source, $root . $to, 'none', 0x5000, '');
  set_flags($root . $to, $kinds{$kind}, 0x8000);
  call('close', $fd);
};
# The same, its files shown as the stranger's: those of ours are its own, and all it makes is ours.
$do{own} = sub {
  my ($kind, $from, $to, $need) = @_;
  my $fd = open_path($from);
  return if $fd < 0 && $! == 2;
  fail("open $from") if $fd < 0;
  if (-d "/proc/self/fd/$fd") { directory($to) }
  elsif (!-e $root . $to) { parent($to); spill($root . $to, '') }
  my ($here, $place) = ('', $root . $to);
  my $tree = must("take $from", 'open_tree', $fd, $here, 0x89001);
  my $attributes = pack('Q4', 0x100000, 0, 0, fileno($stranger));
  my $shown = call('mount_setattr', $tree, $here, 0x9000, $attributes, 32);
  fail("show $from as the driver's") if $shown < 0 && $need eq 'must';
  must("mount $to", 'move_mount', $tree, $here, -100, $place, 4);
  set_flags($place, $kinds{$kind}, 0x8000);
  call('close', $_) for $fd, $tree;
};
$do{dir} = sub { directory($_[0]); chmod(oct($_[1]), $root . $_[0]) };
$do{file} = sub { parent($_[0]); spill($root . $_[0], $_[1]) };
$do{link} = sub { parent($_[0]); symlink($_[1], $root . $_[0]) or fail("link $_[0]") };
$do{tmpfs} = sub {
  my ($to, $options) = @_;
  directory($to);
  mount_on('tmpfs', $root . $to, 'tmpfs', 0x6, $options);
};
$do{proc} = sub {
  directory('/proc');
  mount_on('proc', "$root/proc", 'proc', 0xe, $_[0]);
};
# Nothing in place of what is there; read-only once everything is laid out.
$do{empty} = sub {
  my $path = $root . $_[0];
  if (-d $path) {
    mount_on('tmpfs', $path, 'tmpfs', 0x6, 'size=256k,nr_inodes=4k,mode=755');
    push @sealed, open_path($path);
  }
  elsif (-e $path) { mount_on('/dev/null', $path, 'none', 0x1000, '') }
};
$do{alias} = sub {
  my ($path, $target) = @_;
  return if -e $root . $path || -l $root . $path;
  parent($path);
  symlink($target, $root . $path) or fail("link $path");
};
# No namespaces below these, whatever system calls are allowed.
$do{last} = sub { spill('/proc/sys/user/max_user_namespaces', '0') };
$do{enter} = sub {
  my $here = '.';
  set_flags("/proc/self/fd/$_", 0x1, 0) for @sealed;
  chdir $root or fail('enter the root');
  must('change the root', 'pivot_root', $here, $here);
  must('let the old root go', 'umount2', $here, 2);
  chdir '/' or fail('enter the root');
  $root = '/';
  set_flags($root, 0x1, 0);
  my $name = 'gantry';
  must('set the host name', 'sethostname', $name, 6);
  chdir $_[0] or fail("enter $_[0]");
};
`;
