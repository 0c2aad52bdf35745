-- Each function that handles a turn's secret plans statements with it. Plans can be shown to whoever asks; not these.
alter function app_begin(text, text) set debug_print_plan = off;
alter function app_sees(integer, text[]) set debug_print_plan = off;
alter function app_sees_all(integer) set debug_print_plan = off;
alter function app_changes() set debug_print_plan = off;
alter function app_begin(text, text) set debug_print_parse = off;
alter function app_sees(integer, text[]) set debug_print_parse = off;
alter function app_sees_all(integer) set debug_print_parse = off;
alter function app_changes() set debug_print_parse = off;
alter function app_begin(text, text) set debug_print_rewritten = off;
alter function app_sees(integer, text[]) set debug_print_rewritten = off;
alter function app_sees_all(integer) set debug_print_rewritten = off;
alter function app_changes() set debug_print_rewritten = off;
