/** Second half: every privilege is given up, then the driver is started, and the recipe is read. */
export const START = String.raw`
# Whoever is root no longer: what its namespaces can be made to do, those of any other user can.
$do{become} = sub {
  my $id = $_[0] + 0;
  must('leave all groups', 'setgroups', 0, 0);
  must("become group $id", 'setresgid', $id, $id, $id);
  must("become user $id", 'setresuid', $id, $id, $id);
  must('own what is told of it', 'prctl', 4, 1, 0, 0, 0);
  # Forgotten with the old id.
  die_with_parent();
  must('leave the users', 'unshare', 0x10000000);
  spill('/proc/self/setgroups', 'deny');
  map_ids('self', "$id $id 1\n");
};
$do{drop} = sub {
  call('prctl', 24, $_, 0, 0, 0) for 0 .. 63;
  must('lock the securebits', 'prctl', 28, 0xef, 0, 0, 0);
  call('prctl', 47, 4, 0, 0, 0);
  my ($head, $none) = (pack('L2', 0x20080522, 0), pack('L6', (0) x 6));
  must('drop capabilities', 'capset', $head, $none);
};
$do{alone} = sub {
  must('allow no new privileges', 'prctl', 38, 1, 0, 0, 0);
  must('hide from the driver', 'prctl', 4, 0, 0, 0, 0);
};
$do{seccomp} = sub {
  my $filter = pack('H*', $_[0]);
  my $program = pack('S x6 P', length($filter) / 8, $filter);
  must('filter system calls', 'prctl', 22, 2, $program, 0, 0);
};
$do{exec} = sub {
  my @command = @_;
  wait_until_limited();
  my $relay = @relays ? fork : undef;
  if (defined $relay && $relay == 0) { listen_no_more(); silence(); carry() }
  my $pid = fork;
  fail('start a process') if !defined $pid;
  if (!$pid) {
    call('close_range', 3, 0xffffffff, 0);
    exec { $command[0] } @command or fail("start $command[0]");
  }
  silence();
  wait_for($pid);
};
# For a look at whether all of this works here.
$do{leave} = sub { wait_until_limited(); exit 0 };

open(my $recipe, '<', $ARGV[0]) or fail('read the recipe');
my @steps = map { chomp; [map { s/%([0-9a-f]{2})/chr hex $1/ger } split(/ /, $_, -1)] } <$recipe>;
close $recipe;
for my $step (@steps) {
  my ($verb, @args) = @$step;
  $do{$verb}->(@args);
}
`;
