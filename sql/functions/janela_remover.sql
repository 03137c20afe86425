-- janela_remover: the company (name or id) has the default windows again, for this purpose or (left
-- out) for all; todas: the defaults are again those that the product comes with. Returns how many
-- windows of its own went away.
create or replace function janela_remover(proposito text default null, empresa text default null)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := janela_empresa(janela_remover.empresa);
    quantas integer;
begin
    if janela_remover.proposito is not null then
        perform janela_exigir(janela_remover.proposito);
    end if;
    lock table janelas_envio in share row exclusive mode;
    delete from janelas_envio j
    where j.empresa_id is not distinct from dona
      and j.proposito <> 'resposta'
      and (janela_remover.proposito is null or j.proposito = janela_remover.proposito);
    get diagnostics quantas = row_count;
    if dona is null then
        insert into janelas_envio (proposito, dias, inicio, fim, feriados)
        select p, d.dias, d.inicio, d.fim, d.feriados
        from unnest(array['marketing', 'transacional', 'dono']) as p
        cross join lateral janela_padroes(p) as d
        where janela_remover.proposito is null or p = janela_remover.proposito;
    end if;
    perform janela_changed(dona, 'janela_remover', jsonb_build_object('proposito', proposito));
    return quantas;
end
$$;
grant execute on function janela_remover(text, text) to carteiro_ops_escrita;
