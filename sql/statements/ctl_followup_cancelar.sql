-- (jsonb) -> (linha json)
select json_build_object('cancelados', followup_cancelar(
    user_id       => $1 ->> 'user_id',
    followup_type => $1 ->> 'followup_type',
    empresa       => $1 ->> 'empresa')) as linha
