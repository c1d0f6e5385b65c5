/** Loopback, and what is behind it: listeners whose connections are carried to sockets that the daemon answers. */
export const NETWORK = String.raw`
sub interface_up {
  socket(my $any, 2, 2, 0) or fail('make a socket');
  my $request = pack('Z16 S x22', 'lo', 0x41);
  ioctl($any, 0x8914, $request) or fail('bring loopback up');
}
sub own_address {
  my ($family, $address, $label) = @_;
  my $request = $family == 2
    ? pack('Z16 S x2 a4 x16', $label, 2, $address)
    : pack('a16 L l', $address, 128, 1);
  my $any;
  return 1 if socket($any, $family, 2, 0) && ioctl($any, 0x8916, $request);
  fail('take an address') if $family == 2;
}
my $labels = 0;
$do{loopback} = \&interface_up;
$do{address} = sub {
  my $address = pack('H*', $_[0]);
  my $family = length($address) == 4 ? 2 : 10;
  own_address($family, $address, 'lo:' . $labels++);
};
$do{listen} = sub {
  my ($hex, $port, $behind) = @_;
  my $address = pack('H*', $hex);
  my $family = length($address) == 4 ? 2 : 10;
  my $name = $family == 2 ? pack('S n a4 x8', 2, $port, $address) : pack('S n L a16 L', 10, $port, 0, $address, 0);
  my $listener;
  my $ready = socket($listener, $family, 1, 0) && bind($listener, $name);
  # A machine without IPv6 does without these.
  return if !$ready && $family == 10;
  fail("listen on port $port") if !$ready;
  listen($listener, 64) or fail("listen on port $port");
  push @relays, [$listener, $behind];
};

# One direction of a connection: what was read is written before more is read.
sub half { return { from => $_[0], to => $_[1], held => '', over => 0 } }
sub no_wait { my $flags = fcntl($_[0], 3, 0); fcntl($_[0], 4, $flags | 2048) }
sub accept_one {
  my ($listener, $behind) = @{$_[0]};
  accept(my $near, $listener) or return;
  socket(my $far, 1, 1, 0) or return;
  connect($far, pack('S Z108', 1, $behind)) or return;
  no_wait($_) for $near, $far;
  return (half($near, $far), half($far, $near));
}
sub fill {
  my ($half) = @_;
  my $got = sysread($half->{from}, $half->{held}, 65536);
  return if !defined $got && $! == 11;
  return if $got;
  $half->{over} = 1;
  shutdown($half->{to}, 1);
}
sub drain {
  my ($half) = @_;
  my $put = syswrite($half->{to}, $half->{held});
  return if !defined $put && $! == 11;
  if (defined $put) { substr($half->{held}, 0, $put, ''); return }
  ($half->{over}, $half->{held}) = (1, '');
  shutdown($half->{from}, 0);
}
sub carry {
  $SIG{PIPE} = 'IGNORE';
  my @halves;
  while (1) {
    my ($read, $write) = ('', '');
    vec($read, fileno($_->[0]), 1) = 1 for @halves < 512 ? @relays : ();
    for my $half (@halves) {
      if (length $half->{held}) { vec($write, fileno($half->{to}), 1) = 1 }
      elsif (!$half->{over}) { vec($read, fileno($half->{from}), 1) = 1 }
    }
    next if select($read, $write, undef, undef) < 0;
    for my $half (@halves) {
      if (length $half->{held}) { drain($half) if vec($write, fileno($half->{to}), 1) }
      elsif (!$half->{over}) { fill($half) if vec($read, fileno($half->{from}), 1) }
    }
    @halves = grep { !$_->{over} || length $_->{held} } @halves;
    push @halves, map { accept_one($_) } grep { vec($read, fileno($_->[0]), 1) } @relays;
  }
}
`;
