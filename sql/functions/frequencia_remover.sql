-- frequencia_remover: lifts the limits of the company (name or id; todas: those of all), for this
-- purpose and as many days, or (left out) for any. Returns how many there were.
create or replace function frequencia_remover(proposito text default null, dias integer default null,
    empresa text default null)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := janela_empresa(frequencia_remover.empresa);
    quantos integer;
begin
    if frequencia_remover.proposito is not null then
        perform frequencia_exigir(frequencia_remover.proposito);
    end if;
    delete from limites_frequencia l
    where l.empresa_id is not distinct from dona
      and (frequencia_remover.proposito is null or l.proposito = frequencia_remover.proposito)
      and (frequencia_remover.dias is null or l.dias = frequencia_remover.dias);
    get diagnostics quantos = row_count;
    perform janela_changed(dona, 'frequencia_remover', jsonb_build_object('proposito', proposito, 'dias', dias));
    return quantos;
end
$$;
grant execute on function frequencia_remover(text, integer, text) to carteiro_ops_escrita;
