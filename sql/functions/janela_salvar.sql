-- janela_salvar: on these days the company (name or id; todas: all that have no windows of their own)
-- writes for this purpose from `inicio` until `fim`; the other days stay as they are. Returns its row.
--
-- `dias` as dias_ler has them, hours as hora_ler has them; 24:00 is the end of the day. `feriados`: also
-- on holidays (left out: not for marketing). `acrescentar`: beside the windows that these days have,
-- such as an afternoon beside a morning. What waits is looked at again at once.
create or replace function janela_salvar(proposito text, dias text, inicio text, fim text,
    feriados boolean default null, empresa text default null, acrescentar boolean default null)
returns janelas_envio
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := janela_empresa(janela_salvar.empresa);
    v_dias constant smallint[] := dias_ler(janela_salvar.dias);
    v_inicio constant time := hora_ler('inicio', janela_salvar.inicio);
    v_fim constant time := hora_ler('fim', janela_salvar.fim);
    salva janelas_envio;
begin
    perform janela_exigir(janela_salvar.proposito);
    if v_inicio >= v_fim then
        raise exception 'fim: expected an hour after inicio; past midnight is a window of the next day (24:00 ends a day)'
            using errcode = '22023';
    end if;
    perform janela_base(dona, janela_salvar.proposito, case when janela_salvar.acrescentar then '{}'::smallint[] else v_dias end);
    insert into janelas_envio as j (empresa_id, proposito, dias, inicio, fim, feriados)
    values (dona, janela_salvar.proposito, v_dias, v_inicio, v_fim,
        coalesce(janela_salvar.feriados, janela_salvar.proposito <> 'marketing'))
    returning j.* into salva;
    perform janela_changed(dona, 'janela_salvar', to_jsonb(salva) - 'id' - 'empresa_id');
    return salva;
end
$$;
grant execute on function janela_salvar(text, text, text, text, boolean, text, boolean) to carteiro_ops_escrita;
