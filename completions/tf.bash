# bash completion for tf, derived from the declaration of its commands.

# Sets path to the command that the word $2 leads to from the command $1; fails when there is none.
_tf_descend() {
    case "$1 $2" in
    'tf task') path='tf task' ;;
    'tf run') path='tf run' ;;
    'tf agent') path='tf agent' ;;
    'tf trigger') path='tf trigger' ;;
    'tf inbox') path='tf inbox' ;;
    'tf init') path='tf init' ;;
    'tf exec') path='tf exec' ;;
    'tf work') path='tf work' ;;
    'tf events') path='tf events' ;;
    'tf status') path='tf status' ;;
    'tf tick') path='tf tick' ;;
    'tf doctor') path='tf doctor' ;;
    'tf gc') path='tf gc' ;;
    'tf trust') path='tf trust' ;;
    'tf config') path='tf config' ;;
    'tf prime') path='tf prime' ;;
    'tf mcp') path='tf mcp' ;;
    'tf completion') path='tf completion' ;;
    'tf version') path='tf version' ;;
    'tf help') path='tf help' ;;
    'tf task create') path='tf task create' ;;
    'tf task list') path='tf task list' ;;
    'tf task ls') path='tf task list' ;;
    'tf task show') path='tf task show' ;;
    'tf task history') path='tf task history' ;;
    'tf task why') path='tf task why' ;;
    'tf task tree') path='tf task tree' ;;
    'tf task prompt') path='tf task prompt' ;;
    'tf task wait') path='tf task wait' ;;
    'tf task edit') path='tf task edit' ;;
    'tf task assign') path='tf task assign' ;;
    'tf task comment') path='tf task comment' ;;
    'tf task comments') path='tf task comments' ;;
    'tf task depend') path='tf task depend' ;;
    'tf task claim') path='tf task claim' ;;
    'tf task heartbeat') path='tf task heartbeat' ;;
    'tf task start') path='tf task start' ;;
    'tf task release') path='tf task release' ;;
    'tf task block') path='tf task block' ;;
    'tf task unblock') path='tf task unblock' ;;
    'tf task pause') path='tf task pause' ;;
    'tf task resume') path='tf task resume' ;;
    'tf task submit') path='tf task submit' ;;
    'tf task approve') path='tf task approve' ;;
    'tf task reject') path='tf task reject' ;;
    'tf task complete') path='tf task complete' ;;
    'tf task fail') path='tf task fail' ;;
    'tf task cancel') path='tf task cancel' ;;
    'tf task terminate') path='tf task terminate' ;;
    'tf task timeout') path='tf task timeout' ;;
    'tf task retry') path='tf task retry' ;;
    'tf task reopen') path='tf task reopen' ;;
    'tf task delete') path='tf task delete' ;;
    'tf task rm') path='tf task delete' ;;
    'tf run start') path='tf run start' ;;
    'tf run list') path='tf run list' ;;
    'tf run ls') path='tf run list' ;;
    'tf run show') path='tf run show' ;;
    'tf run logs') path='tf run logs' ;;
    'tf run wait') path='tf run wait' ;;
    'tf run cancel') path='tf run cancel' ;;
    'tf run retry') path='tf run retry' ;;
    'tf agent add') path='tf agent add' ;;
    'tf agent list') path='tf agent list' ;;
    'tf agent ls') path='tf agent list' ;;
    'tf agent show') path='tf agent show' ;;
    'tf agent edit') path='tf agent edit' ;;
    'tf agent remove') path='tf agent remove' ;;
    'tf agent rm') path='tf agent remove' ;;
    'tf agent test') path='tf agent test' ;;
    'tf trigger add') path='tf trigger add' ;;
    'tf trigger list') path='tf trigger list' ;;
    'tf trigger ls') path='tf trigger list' ;;
    'tf trigger show') path='tf trigger show' ;;
    'tf trigger test') path='tf trigger test' ;;
    'tf trigger enable') path='tf trigger enable' ;;
    'tf trigger disable') path='tf trigger disable' ;;
    'tf trigger remove') path='tf trigger remove' ;;
    'tf trigger rm') path='tf trigger remove' ;;
    'tf inbox read') path='tf inbox read' ;;
    'tf inbox resolve') path='tf inbox resolve' ;;
    'tf events emit') path='tf events emit' ;;
    'tf help task') path='tf task' ;;
    'tf help run') path='tf run' ;;
    'tf help agent') path='tf agent' ;;
    'tf help trigger') path='tf trigger' ;;
    'tf help inbox') path='tf inbox' ;;
    'tf help init') path='tf init' ;;
    'tf help exec') path='tf exec' ;;
    'tf help work') path='tf work' ;;
    'tf help events') path='tf events' ;;
    'tf help status') path='tf status' ;;
    'tf help tick') path='tf tick' ;;
    'tf help doctor') path='tf doctor' ;;
    'tf help gc') path='tf gc' ;;
    'tf help trust') path='tf trust' ;;
    'tf help config') path='tf config' ;;
    'tf help prime') path='tf prime' ;;
    'tf help mcp') path='tf mcp' ;;
    'tf help completion') path='tf completion' ;;
    'tf help version') path='tf version' ;;
    *) return 1 ;;
    esac
}

# Sets what may follow the command $1: verbs and options, and whether a command of its own does.
_tf_declared() {
    verbs='' options='' ends_options=''
    case $1 in
    'tf') verbs='task run agent trigger inbox init exec work events status tick doctor gc trust config prime mcp completion version help' options='--version' ;;
    'tf task') verbs='create list show history why tree prompt wait edit assign comment comments depend claim heartbeat start release block unblock pause resume submit approve reject complete fail cancel terminate timeout retry reopen delete' ;;
    'tf task create') options='-d --description -F --file --name -p --priority -l --label --type --payload --parent --depends-on --flow -a --agent -u --user --max-attempts --due --not-before --check --produces --from --ensure --wait --no-run' ;;
    'tf task list') options='-s --status -l --label -a --agent -u --user --flow --parent --ready --overdue --all --sort -n --limit' ;;
    'tf task show') options='--at' ;;
    'tf task history') options='-n --limit' ;;
    'tf task why') : ;;
    'tf task tree') : ;;
    'tf task prompt') : ;;
    'tf task wait') options='--timeout' ;;
    'tf task edit') options='--title -d --description -F --file --editor --name --type -p --priority -l --label --payload --payload-merge --flow --parent --due --not-before --max-attempts --check --produces --artifact --lease --force' ;;
    'tf task assign') options='-a --agent -u --user --none --wait --no-run --force' ;;
    'tf task comment') options='-k --kind --resolve' ;;
    'tf task comments') options='--open' ;;
    'tf task depend') options='--on --off' ;;
    'tf task claim') options='--as --lease -l --label --type --flow --wait' ;;
    'tf task heartbeat') options='--for --note --percent --lease --force' ;;
    'tf task start') options='-r --reason' ;;
    'tf task release') options='-r --reason --force --lease' ;;
    'tf task block') options='-r --reason --force --lease' ;;
    'tf task unblock') options='-r --reason' ;;
    'tf task pause') options='-r --reason --force --grace --lease' ;;
    'tf task resume') options='-r --reason' ;;
    'tf task submit') options='-r --reason --force --lease' ;;
    'tf task approve') options='-r --reason' ;;
    'tf task reject') options='-r --reason' ;;
    'tf task complete') options='-r --reason --force --lease' ;;
    'tf task fail') options='-r --reason --force --lease' ;;
    'tf task cancel') options='-r --reason --grace' ;;
    'tf task terminate') options='-r --reason --grace' ;;
    'tf task timeout') options='-r --reason --force' ;;
    'tf task retry') options='-r --reason' ;;
    'tf task reopen') options='-r --reason' ;;
    'tf task delete') options='--force -r --reason' ;;
    'tf run') verbs='start list show logs wait cancel retry' ;;
    'tf run start') options='-a --agent --wait' ;;
    'tf run list') options='-t --task -a --agent -s --status --no-triggers -n --limit' ;;
    'tf run show') : ;;
    'tf run logs') options='-f --follow --tail --raw' ;;
    'tf run wait') options='--timeout' ;;
    'tf run cancel') options='-r --reason --grace' ;;
    'tf run retry') : ;;
    'tf agent') verbs='add list show edit remove test' ;;
    'tf agent add') options='--shell --cwd -e --env --stdin --timeout --grace --max-attempts --backoff --concurrency --exit-code --review --no-review --dispatch --scope -d --description' ;;
    'tf agent list') : ;;
    'tf agent show') : ;;
    'tf agent edit') options='--unset --unset-env --disabled --no-disabled --shell --cwd -e --env --stdin --timeout --grace --max-attempts --backoff --concurrency --exit-code --review --no-review --dispatch --scope -d --description' ;;
    'tf agent remove') : ;;
    'tf agent test') options='--prompt' ;;
    'tf trigger') verbs='add list show test enable disable remove' ;;
    'tf trigger add') options='--on --where --assign --run --create-task --exec --notify' ;;
    'tf trigger list') : ;;
    'tf trigger show') : ;;
    'tf trigger test') options='--event' ;;
    'tf trigger enable') : ;;
    'tf trigger disable') : ;;
    'tf trigger remove') : ;;
    'tf inbox') verbs='read resolve' options='--all -u --user -f --follow' ;;
    'tf inbox read') : ;;
    'tf inbox resolve') options='--all --as -r --reason' ;;
    'tf init') options='--prefix --ids --shared --durability' ;;
    'tf exec') options='--title --task --timeout --max-attempts' ends_options=1 ;;
    'tf work') options='-a --agent -l --label --type -j --jobs --drain --once' ;;
    'tf events') verbs='emit' options='--since -n --tail -t --type --task --flow --run -f --follow' ;;
    'tf events emit') options='--data --task' ;;
    'tf status') : ;;
    'tf tick') options='--watch -n --dry-run' ;;
    'tf doctor') options='--repair --severity --code' ;;
    'tf gc') options='-n --dry-run --keep' ;;
    'tf trust') options='--revoke --list' ;;
    'tf config') options='--unset --list --origin' ;;
    'tf prime') : ;;
    'tf mcp') : ;;
    'tf completion') : ;;
    'tf version') : ;;
    'tf help') verbs='task run agent trigger inbox init exec work events status tick doctor gc trust config prime mcp completion version exit-codes json query' ;;
    esac
    options+=' -C --directory --workspace --json --jsonl --format --color -q --quiet --actor --command-id --if-rev --lock-timeout -y --yes -h --help'
}

# Sets value to what the option $2 of the command $1 takes, to nothing when it takes no value.
_tf_value() {
    value=''
    case "$1 $2" in
    'tf task create -d' | 'tf task create --description') value='none' ;;
    'tf task create -F' | 'tf task create --file') value='files' ;;
    'tf task create --name') value='none' ;;
    'tf task create -p' | 'tf task create --priority') value='words urgent high normal low' ;;
    'tf task create -l' | 'tf task create --label') value='live labels' ;;
    'tf task create --type') value='none' ;;
    'tf task create --payload') value='none' ;;
    'tf task create --parent') value='live tasks' ;;
    'tf task create --depends-on') value='live tasks' ;;
    'tf task create --flow') value='live flows' ;;
    'tf task create -a' | 'tf task create --agent') value='live agents' ;;
    'tf task create -u' | 'tf task create --user') value='none' ;;
    'tf task create --max-attempts') value='none' ;;
    'tf task create --due') value='none' ;;
    'tf task create --not-before') value='none' ;;
    'tf task create --check') value='none' ;;
    'tf task create --produces') value='none' ;;
    'tf task create --from') value='files' ;;
    'tf task list -s' | 'tf task list --status') value='words todo scheduled running review blocked paused done failed cancelled terminated timed_out lost' ;;
    'tf task list -l' | 'tf task list --label') value='live labels' ;;
    'tf task list -a' | 'tf task list --agent') value='live agents' ;;
    'tf task list -u' | 'tf task list --user') value='none' ;;
    'tf task list --flow') value='live flows' ;;
    'tf task list --parent') value='live tasks' ;;
    'tf task list --sort') value='words created updated due priority id title status -created -updated -due -priority -id -title -status' ;;
    'tf task list -n' | 'tf task list --limit') value='none' ;;
    'tf task show --at') value='none' ;;
    'tf task history -n' | 'tf task history --limit') value='none' ;;
    'tf task wait --timeout') value='none' ;;
    'tf task edit --title') value='none' ;;
    'tf task edit -d' | 'tf task edit --description') value='none' ;;
    'tf task edit -F' | 'tf task edit --file') value='files' ;;
    'tf task edit --name') value='none' ;;
    'tf task edit --type') value='none' ;;
    'tf task edit -p' | 'tf task edit --priority') value='words urgent high normal low' ;;
    'tf task edit -l' | 'tf task edit --label') value='none' ;;
    'tf task edit --payload') value='none' ;;
    'tf task edit --payload-merge') value='none' ;;
    'tf task edit --flow') value='live flows' ;;
    'tf task edit --parent') value='live tasks' ;;
    'tf task edit --due') value='none' ;;
    'tf task edit --not-before') value='none' ;;
    'tf task edit --max-attempts') value='none' ;;
    'tf task edit --check') value='none' ;;
    'tf task edit --produces') value='none' ;;
    'tf task edit --artifact') value='none' ;;
    'tf task edit --lease') value='none' ;;
    'tf task assign -a' | 'tf task assign --agent') value='live agents' ;;
    'tf task assign -u' | 'tf task assign --user') value='none' ;;
    'tf task comment -k' | 'tf task comment --kind') value='words comment blocker feedback system' ;;
    'tf task comment --resolve') value='live comments' ;;
    'tf task depend --on') value='live tasks' ;;
    'tf task depend --off') value='live tasks' ;;
    'tf task claim --as') value='none' ;;
    'tf task claim --lease') value='none' ;;
    'tf task claim -l' | 'tf task claim --label') value='live labels' ;;
    'tf task claim --type') value='none' ;;
    'tf task claim --flow') value='live flows' ;;
    'tf task claim --wait') value='=none' ;;
    'tf task heartbeat --for') value='none' ;;
    'tf task heartbeat --note') value='none' ;;
    'tf task heartbeat --percent') value='none' ;;
    'tf task heartbeat --lease') value='none' ;;
    'tf task start -r' | 'tf task start --reason') value='none' ;;
    'tf task release -r' | 'tf task release --reason') value='none' ;;
    'tf task release --lease') value='none' ;;
    'tf task block -r' | 'tf task block --reason') value='none' ;;
    'tf task block --lease') value='none' ;;
    'tf task unblock -r' | 'tf task unblock --reason') value='none' ;;
    'tf task pause -r' | 'tf task pause --reason') value='none' ;;
    'tf task pause --grace') value='none' ;;
    'tf task pause --lease') value='none' ;;
    'tf task resume -r' | 'tf task resume --reason') value='none' ;;
    'tf task submit -r' | 'tf task submit --reason') value='none' ;;
    'tf task submit --lease') value='none' ;;
    'tf task approve -r' | 'tf task approve --reason') value='none' ;;
    'tf task reject -r' | 'tf task reject --reason') value='none' ;;
    'tf task complete -r' | 'tf task complete --reason') value='none' ;;
    'tf task complete --lease') value='none' ;;
    'tf task fail -r' | 'tf task fail --reason') value='none' ;;
    'tf task fail --lease') value='none' ;;
    'tf task cancel -r' | 'tf task cancel --reason') value='none' ;;
    'tf task cancel --grace') value='none' ;;
    'tf task terminate -r' | 'tf task terminate --reason') value='none' ;;
    'tf task terminate --grace') value='none' ;;
    'tf task timeout -r' | 'tf task timeout --reason') value='none' ;;
    'tf task retry -r' | 'tf task retry --reason') value='none' ;;
    'tf task reopen -r' | 'tf task reopen --reason') value='none' ;;
    'tf task delete -r' | 'tf task delete --reason') value='none' ;;
    'tf run start -a' | 'tf run start --agent') value='live agents' ;;
    'tf run list -t' | 'tf run list --task') value='live tasks' ;;
    'tf run list -a' | 'tf run list --agent') value='live agents' ;;
    'tf run list -s' | 'tf run list --status') value='words queued running succeeded failed cancelled timed_out lost' ;;
    'tf run list -n' | 'tf run list --limit') value='none' ;;
    'tf run logs --tail') value='none' ;;
    'tf run wait --timeout') value='none' ;;
    'tf run cancel -r' | 'tf run cancel --reason') value='none' ;;
    'tf run cancel --grace') value='none' ;;
    'tf agent add --shell') value='none' ;;
    'tf agent add --cwd') value='directories' ;;
    'tf agent add -e' | 'tf agent add --env') value='none' ;;
    'tf agent add --stdin') value='words none prompt json' ;;
    'tf agent add --timeout') value='none' ;;
    'tf agent add --grace') value='none' ;;
    'tf agent add --max-attempts') value='none' ;;
    'tf agent add --backoff') value='none' ;;
    'tf agent add --concurrency') value='none' ;;
    'tf agent add --exit-code') value='none' ;;
    'tf agent add --dispatch') value='words now queue' ;;
    'tf agent add --scope') value='words task workspace' ;;
    'tf agent add -d' | 'tf agent add --description') value='none' ;;
    'tf agent edit --unset') value='words command cwd env timeout grace max-attempts backoff concurrency exit-codes description' ;;
    'tf agent edit --unset-env') value='none' ;;
    'tf agent edit --shell') value='none' ;;
    'tf agent edit --cwd') value='directories' ;;
    'tf agent edit -e' | 'tf agent edit --env') value='none' ;;
    'tf agent edit --stdin') value='words none prompt json' ;;
    'tf agent edit --timeout') value='none' ;;
    'tf agent edit --grace') value='none' ;;
    'tf agent edit --max-attempts') value='none' ;;
    'tf agent edit --backoff') value='none' ;;
    'tf agent edit --concurrency') value='none' ;;
    'tf agent edit --exit-code') value='none' ;;
    'tf agent edit --dispatch') value='words now queue' ;;
    'tf agent edit --scope') value='words task workspace' ;;
    'tf agent edit -d' | 'tf agent edit --description') value='none' ;;
    'tf agent test --prompt') value='none' ;;
    'tf trigger add --on') value='words task/approved task/assigned task/blocked task/cancelled task/claimed task/completed task/created task/deleted task/edited task/failed task/lost task/paused task/progress task/rejected task/released task/reopened task/requeued task/resumed task/retried task/retry_scheduled task/skipped task/stale_requeued task/started task/status_changed task/submitted task/terminated task/timed_out task/unassigned task/unblocked comment/created comment/edited comment/resolved comment/deleted run/queued run/started run/succeeded run/failed run/stop_requested run/cancelled run/timed_out run/lost run/created run/edited run/deleted agent/created agent/edited agent/removed trigger/created trigger/edited trigger/removed trigger/fired trigger/suppressed trigger/failed flow/created flow/planned flow/approved flow/rejected flow/revised flow/started flow/waiting flow/blocked flow/paused flow/resumed flow/stop_requested flow/cancelled flow/succeeded flow/failed flow/lost flow/checkpointed flow/noted flow/edited flow/retried flow/directory_mismatch notification/created notification/read notification/resolved notification/undelivered notification/edited notification/deleted automation/armed automation/disarmed automation/skipped automation/fused workspace/created workspace/edited workspace/rebased workspace/repaired workspace/undone' ;;
    'tf trigger add --where') value='none' ;;
    'tf trigger add --assign') value='live agents' ;;
    'tf trigger add --run') value='live agents' ;;
    'tf trigger add --create-task') value='none' ;;
    'tf trigger add --exec') value='none' ;;
    'tf trigger add --notify') value='none' ;;
    'tf trigger test --event') value='none' ;;
    'tf inbox -u' | 'tf inbox --user') value='none' ;;
    'tf inbox resolve --as') value='words approve reject retry dismiss' ;;
    'tf inbox resolve -r' | 'tf inbox resolve --reason') value='none' ;;
    'tf init --prefix') value='none' ;;
    'tf init --ids') value='words sequential hash' ;;
    'tf init --durability') value='words commit none' ;;
    'tf exec --title') value='none' ;;
    'tf exec --task') value='live tasks' ;;
    'tf exec --timeout') value='none' ;;
    'tf exec --max-attempts') value='none' ;;
    'tf work -a' | 'tf work --agent') value='live agents' ;;
    'tf work -l' | 'tf work --label') value='live labels' ;;
    'tf work --type') value='none' ;;
    'tf work -j' | 'tf work --jobs') value='none' ;;
    'tf events --since') value='none' ;;
    'tf events -n' | 'tf events --tail') value='none' ;;
    'tf events -t' | 'tf events --type') value='words task/approved task/assigned task/blocked task/cancelled task/claimed task/completed task/created task/deleted task/edited task/failed task/lost task/paused task/progress task/rejected task/released task/reopened task/requeued task/resumed task/retried task/retry_scheduled task/skipped task/stale_requeued task/started task/status_changed task/submitted task/terminated task/timed_out task/unassigned task/unblocked comment/created comment/edited comment/resolved comment/deleted run/queued run/started run/succeeded run/failed run/stop_requested run/cancelled run/timed_out run/lost run/created run/edited run/deleted agent/created agent/edited agent/removed trigger/created trigger/edited trigger/removed trigger/fired trigger/suppressed trigger/failed flow/created flow/planned flow/approved flow/rejected flow/revised flow/started flow/waiting flow/blocked flow/paused flow/resumed flow/stop_requested flow/cancelled flow/succeeded flow/failed flow/lost flow/checkpointed flow/noted flow/edited flow/retried flow/directory_mismatch notification/created notification/read notification/resolved notification/undelivered notification/edited notification/deleted automation/armed automation/disarmed automation/skipped automation/fused workspace/created workspace/edited workspace/rebased workspace/repaired workspace/undone' ;;
    'tf events --task') value='live tasks' ;;
    'tf events --flow') value='live flows' ;;
    'tf events --run') value='live runs' ;;
    'tf events emit --data') value='none' ;;
    'tf events emit --task') value='live tasks' ;;
    'tf doctor --severity') value='words error warning info' ;;
    'tf doctor --code') value='none' ;;
    'tf gc --keep') value='none' ;;
    'tf config --unset') value='words durability jobs log_limit retention notify notify_command types' ;;
    *)
        case $2 in
        '-C' | '--directory') value='directories' ;;
        '--workspace') value='directories' ;;
        '--format') value='none' ;;
        '--color') value='words auto always never' ;;
        '--actor') value='none' ;;
        '--command-id') value='none' ;;
        '--if-rev') value='none' ;;
        '--lock-timeout') value='none' ;;
        esac
        ;;
    esac
}

# Sets value to what the argument number $2 of the command $1 is.
_tf_argument() {
    value=''
    case "$1 $2" in
    'tf task create 0') value='none' ;;
    'tf task list '*) value='none' ;;
    'tf task show 0') value='live tasks' ;;
    'tf task history 0') value='live tasks' ;;
    'tf task why '*) value='live tasks' ;;
    'tf task tree 0') value='live tasks' ;;
    'tf task prompt 0') value='live tasks' ;;
    'tf task wait '*) value='live tasks' ;;
    'tf task edit 0') value='live tasks' ;;
    'tf task assign 0') value='live tasks' ;;
    'tf task comment 0') value='live tasks' ;;
    'tf task comment 1') value='none' ;;
    'tf task comments 0') value='live tasks' ;;
    'tf task depend 0') value='live tasks' ;;
    'tf task claim 0') value='live tasks' ;;
    'tf task heartbeat '*) value='live tasks' ;;
    'tf task start '*) value='live tasks' ;;
    'tf task release '*) value='live tasks' ;;
    'tf task block '*) value='live tasks' ;;
    'tf task unblock '*) value='live tasks' ;;
    'tf task pause '*) value='live tasks' ;;
    'tf task resume '*) value='live tasks' ;;
    'tf task submit '*) value='live tasks' ;;
    'tf task approve '*) value='live tasks' ;;
    'tf task reject '*) value='live tasks' ;;
    'tf task complete '*) value='live tasks' ;;
    'tf task fail '*) value='live tasks' ;;
    'tf task cancel '*) value='live tasks' ;;
    'tf task terminate '*) value='live tasks' ;;
    'tf task timeout '*) value='live tasks' ;;
    'tf task retry '*) value='live tasks' ;;
    'tf task reopen '*) value='live tasks' ;;
    'tf task delete '*) value='live tasks' ;;
    'tf run start 0') value='live tasks' ;;
    'tf run show 0') value='live runs' ;;
    'tf run logs 0') value='live runs' ;;
    'tf run wait '*) value='live runs' ;;
    'tf run cancel '*) value='live runs' ;;
    'tf run retry '*) value='live runs' ;;
    'tf agent add 0') value='none' ;;
    'tf agent add '*) value='command' ;;
    'tf agent show 0') value='live agents' ;;
    'tf agent edit 0') value='live agents' ;;
    'tf agent edit '*) value='command' ;;
    'tf agent remove '*) value='live agents' ;;
    'tf agent test 0') value='live agents' ;;
    'tf trigger add 0') value='none' ;;
    'tf trigger add '*) value='command' ;;
    'tf trigger show 0') value='live triggers' ;;
    'tf trigger test 0') value='live triggers' ;;
    'tf trigger enable '*) value='live triggers' ;;
    'tf trigger disable '*) value='live triggers' ;;
    'tf trigger remove '*) value='live triggers' ;;
    'tf inbox read '*) value='live notifications' ;;
    'tf inbox resolve '*) value='live notifications' ;;
    'tf init 0') value='directories' ;;
    'tf exec '*) value='command' ;;
    'tf events emit 0') value='none' ;;
    'tf config 0') value='words durability jobs log_limit retention notify notify_command types' ;;
    'tf config 1') value='none' ;;
    'tf completion 0') value='words bash zsh fish' ;;
    esac
}

# Sets words to those up to the cursor, glued together again where bash has cut them at = and :.
_tf_words() {
    local line=$COMP_LINE word index
    words=()
    for ((index = 0; index <= COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        if ((index > 0)) && [[ -n $line && $line != [[:blank:]]* ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
        line=${line#"${line%%[![:blank:]]*}"}
        line=${line#"$word"}
    done
}

# Offers the values of the kind $1 that begin with $2, each after the text $3.
_tf_offer() {
    local reply description IFS=$'\n'
    case $1 in
    words\ *)
        for reply in $(IFS=' '; printf '%s\n' ${1#words }); do
            [[ $reply == "$2"* ]] && COMPREPLY+=("$3$reply")
        done
        ;;
    live\ *)
        while IFS=$'\t' read -r reply description; do
            [[ -n $reply && $reply == "$2"* ]] && COMPREPLY+=("$3$reply")
        done < <("${COMP_WORDS[0]}" ${place[@]+"${place[@]}"} completion --candidates "${1#live }" 2>/dev/null)
        ;;
    files)
        compopt -o filenames 2>/dev/null
        for reply in $(compgen -f -- "$2"); do COMPREPLY+=("$3$reply"); done
        ;;
    directories)
        compopt -o filenames 2>/dev/null
        for reply in $(compgen -d -- "$2"); do COMPREPLY+=("$3$reply"); done
        ;;
    commands)
        for reply in $(compgen -c -- "$2"); do COMPREPLY+=("$3$reply"); done
        ;;
    esac
}

# Reads the options in the word $1 of the command $path: sets value when the last one takes the next word.
_tf_option() {
    local letters=${1#-}
    value=''
    case $1 in
    --*=*) ;;
    --*) _tf_value "$path" "$1" ;;
    *)
        while [[ -n $letters ]]; do
            _tf_value "$path" "-${letters:0:1}"
            letters=${letters:1}
            if [[ -n $value && -n $letters ]]; then value='' letters=''; fi
        done
        ;;
    esac
    if [[ $value == =* ]]; then value=''; fi
}

_tf() {
    local words path=tf position=0 command_at=0 index=1 last current typed value before place=()
    local verbs options ends_options
    COMPREPLY=()
    _tf_words
    last=$((${#words[@]} - 1))
    current=${words[last]}
    _tf_declared "$path"
    value=''
    while ((index < last && command_at == 0)); do
        case ${words[index]} in
        --) command_at=$((index + 1)) ;;
        -?*)
            case ${words[index]} in
            -C | --directory | --workspace)
                if ((index + 1 < last)); then
                    place+=("${words[index]}" "${words[index + 1]/#\~\//$HOME/}")
                fi
                ;;
            -C?* | --directory=* | --workspace=*) place+=("${words[index]}") ;;
            esac
            _tf_option "${words[index]}"
            # The option takes the word after it, which may be the one to complete.
            if [[ -n $value ]]; then index=$((index + 1)); fi
            if ((index < last)); then value=''; fi
            ;;
        *)
            if ((position == 0)) && _tf_descend "$path" "${words[index]}"; then
                _tf_declared "$path"
            elif [[ -n $ends_options ]]; then
                command_at=$index
            else
                position=$((position + 1))
            fi
            ;;
        esac
        index=$((index + 1))
    done

    if [[ -n $value ]]; then
        _tf_offer "$value" "$current" ''
    elif ((command_at > 0)) || [[ -n $ends_options && $current != -* ]]; then
        _tf_argument "$path" "$position"
        if [[ $value != command ]]; then
            _tf_offer "$value" "$current" ''
        elif ((command_at == 0 || command_at == last)); then
            _tf_offer commands "$current" ''
        else
            _tf_offer files "$current" ''
        fi
    elif [[ $current == --*=* ]]; then
        _tf_value "$path" "${current%%=*}"
        _tf_offer "${value#=}" "${current#*=}" "${current%%=*}="
    elif [[ $current == -* ]]; then
        _tf_offer "words $options" "$current" ''
    elif ((position == 0)) && [[ -n $verbs ]]; then
        _tf_offer "words $verbs" "$current" ''
    else
        _tf_argument "$path" "$position"
        _tf_offer "$value" "$current" ''
    fi

    # Readline replaces only what stands after the last = or :.
    typed=${COMP_WORDS[COMP_CWORD]}
    case $typed in = | :) typed='' ;; esac
    before=${current%"$typed"}
    for index in "${!COMPREPLY[@]}"; do
        COMPREPLY[index]=${COMPREPLY[index]#"$before"}
    done
}

complete -F _tf tf
