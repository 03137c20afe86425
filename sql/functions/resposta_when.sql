-- resposta_when: what texts about an instant of this company may name: data (the instant itself: {hoje} and {data} are
-- filled when the message leaves), dia (terça-feira, 24/11) and hora (14h, 14h30).
create or replace function resposta_when(empresa uuid, quando timestamptz)
returns jsonb
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('data', quando, 'hora', formato_hora(quando, e.fuso),
        'dia', formato_dia((quando at time zone e.fuso)::date) || ', '
            || formato_data((quando at time zone e.fuso)::date, (agora() at time zone e.fuso)::date))
    from empresas e
    where e.id = resposta_when.empresa
$$;
