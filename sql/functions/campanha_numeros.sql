-- campanha_numeros: the numbers that send a campaign, by id: the one it names, or all of the company's
-- that are active (of the template's account, when it has one).
create or replace function campanha_numeros(c campanhas)
returns integer[]
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
begin
    if c.numero_id is not null then
        return array[c.numero_id];
    end if;
    return array(
        select n.id
        from numeros n
        where n.empresa_id = c.empresa_id
          and (n.ativo or n.padrao)
          and (c.modelo_id is null or n.conta_id = (select m.conta_id from modelos m where m.id = c.modelo_id))
        order by n.id);
end
$$;
