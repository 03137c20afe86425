-- segmento_remover: deletes a segment of a company; campaigns made from it stay as they are. Returns its
-- row. Raises 22023 that names `nome`; predefined ones stay.
create or replace function segmento_remover(nome text, empresa text default null)
returns segmentos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(segmento_remover.empresa);
    removido segmentos;
begin
    delete from segmentos s where s.empresa_id = dona and s.nome = segmento_remover.nome returning s.* into removido;
    if removido.id is null then
        raise exception 'nome: %', case
            when exists (select 1 from segmentos s where s.empresa_id is null and s.nome = segmento_remover.nome)
                then format('"%s" is predefined and stays', segmento_remover.nome)
            else format('the company has no segment "%s"', segmento_remover.nome) end using errcode = '22023';
    end if;
    return removido;
end
$$;
grant execute on function segmento_remover(text, text) to carteiro_ops_escrita;
