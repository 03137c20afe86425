-- api_followup_processar: POST /followups/processar: how many of this company's ended how, {status: n}.
create or replace function api_followup_processar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    v_devidos constant bigint[] := array(
        select d.id from disparos d where d.status = 'planejado' and d.quando <= agora() and d.empresa_id = empresa_atual());
begin
    perform followup_processar();
    return (
        select coalesce(jsonb_object_agg(k.status, k.n), '{}')
        from (select d.status, count(*) as n from disparos d where d.id = any (v_devidos) group by d.status) as k);
end
$$;
grant execute on function api_followup_processar(jsonb, jsonb) to carteiro_api;
