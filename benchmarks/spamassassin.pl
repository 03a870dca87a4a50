# SpamAssassin's Bayes as a filter for benchmarks/accuracy.py: lines "c|s|h USER HEX" on standard input, an answer a line.
# Usage: perl spamassassin.pl FOLDER. Learns at once and from the first message on; no rules, no network.
use strict;
use warnings;
use Mail::SpamAssassin;
$| = 1;
my ($folder) = @ARGV;
my %users;

sub filter_of {
    my $user = shift;
    return $users{$user} if $users{$user};
    mkdir "$folder/$user";
    my $config = join "\n",
        "loadplugin Mail::SpamAssassin::Plugin::Bayes", "use_bayes 1", "bayes_path $folder/$user/bayes",
        "bayes_auto_learn 0", "bayes_min_ham_num 1", "bayes_min_spam_num 1", "bayes_learn_to_journal 0",
        "normalize_charset 1", "body BAYES_ANY eval:check_bayes('0.00', '1.00')", "";
    my $filter = Mail::SpamAssassin->new({
        dont_copy_prefs => 1, local_tests_only => 1, userprefs_filename => "/dev/null",
        site_rules_filename => "/dev/null", rules_filename => "/dev/null", config_text => $config,
    });
    $filter->init(1);
    return $users{$user} = $filter;
}

while (<STDIN>) {
    chomp;
    my ($verb, $user, $hex) = split / /;
    my $filter = filter_of($user);
    my $mail = $filter->parse("From: a\@b.example\nTo: c\@d.example\nMIME-Version: 1.0\n"
        . "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" . pack("H*", $hex // "") . "\n", 1);
    if ($verb eq "c") {
        my ($bayes) = grep { ref($_) eq "Mail::SpamAssassin::Plugin::Bayes" } @{ $filter->{plugins}->{plugins} };
        my $status = Mail::SpamAssassin::PerMsgStatus->new($filter, $mail);
        print $bayes->scan($status, $mail) // 0.5, "\n";
        $status->finish;
    } else {
        my $status = $filter->learn($mail, undef, $verb eq "s" ? 1 : 0, 0);
        $status->finish if $status;
        print "ok\n";
    }
    $mail->finish;
}
