-- janela_fechar: on these days the company (name or id; todas) does not write for this purpose. Returns
-- how many windows it has left. Not every day: that would be a pause (fila_pausar).
create or replace function janela_fechar(proposito text, dias text, empresa text default null)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := janela_empresa(janela_fechar.empresa);
    v_dias constant smallint[] := dias_ler(janela_fechar.dias);
    quantas integer;
begin
    perform janela_exigir(janela_fechar.proposito);
    perform janela_base(dona, janela_fechar.proposito, v_dias);
    select count(*) into quantas
    from janelas_envio j
    where j.empresa_id is not distinct from dona and j.proposito = janela_fechar.proposito;
    if quantas = 0 then
        raise exception 'dias: no day would be left; to stop sending use fila_pausar' using errcode = '22023';
    end if;
    perform janela_changed(dona, 'janela_fechar', jsonb_build_object('proposito', proposito, 'dias', v_dias));
    return quantas;
end
$$;
grant execute on function janela_fechar(text, text, text) to carteiro_ops_escrita;
