-- resposta_list: the interactive list (Cloud API) of these slots. Row n has the id horario:<resposta>:<n>; titles
-- hold Meta's 24 characters.
create or replace function resposta_list(resposta bigint, slots jsonb, fuso text)
returns jsonb
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('type', 'list', 'action', jsonb_build_object('button', 'Ver horários', 'sections',
        jsonb_build_array(jsonb_build_object('rows', jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'id', 'horario:' || resposta || ':' || (s.n - 1),
            'title', left(formato_dia(s.dia), 3) || ', ' || to_char(s.dia, 'DD/MM') || ' às '
                || formato_hora((s.slot ->> 'inicio')::timestamptz, fuso),
            'description', left(s.slot ->> 'profissional', 72))) order by s.n)))))
    from (
        select x.slot, x.n, ((x.slot ->> 'inicio')::timestamptz at time zone resposta_list.fuso)::date as dia
        from jsonb_array_elements(slots) with ordinality as x (slot, n)) as s
$$;
