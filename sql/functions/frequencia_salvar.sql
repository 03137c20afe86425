-- frequencia_salvar: one person gets at most `maximo` messages of this purpose in `dias` days (left out:
-- in one day), from all campaigns, rules and people together, of the company (name or id; todas: of
-- each that has no limit of its own for as many days). Days are the company's. Returns its row.
create or replace function frequencia_salvar(proposito text, maximo integer, dias integer default null,
    empresa text default null)
returns limites_frequencia
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := janela_empresa(frequencia_salvar.empresa);
    salvo limites_frequencia;
begin
    perform frequencia_exigir(frequencia_salvar.proposito);
    if frequencia_salvar.maximo is null or frequencia_salvar.maximo < 1 then
        raise exception 'maximo: expected 1 or more, found %; frequencia_remover lifts the limit', frequencia_salvar.maximo
            using errcode = '22023';
    end if;
    if frequencia_salvar.dias not between 1 and 90 then
        raise exception 'dias: expected 1 to 90, found %', frequencia_salvar.dias using errcode = '22023';
    end if;
    insert into limites_frequencia as l (empresa_id, proposito, maximo, dias)
    values (dona, frequencia_salvar.proposito, frequencia_salvar.maximo, coalesce(frequencia_salvar.dias, 1))
    on conflict on constraint limites_frequencia_unico do update
    set maximo = excluded.maximo
    returning l.* into salvo;
    perform janela_changed(dona, 'frequencia_salvar', to_jsonb(salvo) - 'id' - 'empresa_id');
    return salvo;
end
$$;
grant execute on function frequencia_salvar(text, integer, integer, text) to carteiro_ops_escrita;
