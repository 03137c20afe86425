-- janela_abrir: the company (name or id; todas: all that have no windows of their own) may write at any
-- hour of any day, for this purpose or (left out) for all. For tests, demonstrations, and whoever answers
-- for it. Returns how many windows were changed; janela_remover goes back.
create or replace function janela_abrir(proposito text default null, empresa text default null)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := janela_empresa(janela_abrir.empresa);
    v_propositos constant text[] := case when janela_abrir.proposito is null
        then array['marketing', 'transacional', 'dono'] else array[janela_abrir.proposito] end;
    cada text;
begin
    foreach cada in array v_propositos loop
        perform janela_exigir(cada);
        perform janela_base(dona, cada, '{1,2,3,4,5,6,7}');
        insert into janelas_envio (empresa_id, proposito, dias, inicio, fim, feriados)
        values (dona, cada, '{1,2,3,4,5,6,7}', '00:00', '24:00', true);
    end loop;
    perform janela_changed(dona, 'janela_abrir', jsonb_build_object('propositos', v_propositos));
    return cardinality(v_propositos);
end
$$;
grant execute on function janela_abrir(text, text) to carteiro_ops_escrita;
