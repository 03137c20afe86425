-- (jsonb) -> (linha json)
select to_json(r) as linha
from followup_agendar(
    user_id          => $1 ->> 'user_id',
    channel          => $1 ->> 'channel',
    followup_type    => $1 ->> 'followup_type',
    delay_hours      => ($1 ->> 'delay_hours')::numeric,
    reminder_time    => instante_ler($1 ->> 'reminder_time', $1 ->> 'empresa', 'reminder_time'),
    message          => $1 ->> 'message',
    message_template => $1 ->> 'message_template',
    metadata         => $1 -> 'metadata',
    modelo           => $1 ->> 'modelo',
    empresa          => $1 ->> 'empresa') as r
