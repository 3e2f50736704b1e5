# Byte lengths of the words into which a tokenizer's published pattern cuts a file, by Perl's own
# regular expressions: gpt2|gpt4|qwen2 FILE.
use strict;
use warnings;

my %patterns = (
  gpt2 => qr/'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/u,
  gpt4 => qr/(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/u,
  qwen2 => qr/(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/u,
);
my ($name, $file) = @ARGV;
open my $in, '<:utf8', $file or die "$file: $!";
local $/;
my $text = <$in>;
while ($text =~ /($patterns{$name})/g) {
  my $word = $1;
  utf8::encode($word);
  print length($word), "\n";
}
