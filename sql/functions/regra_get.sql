-- regra_get: the company's rule of this name; its built-in rules are made if they are not there yet.
--
-- Raises 22023 that names `nome` and what there is.
create or replace function regra_get(nome text, empresa uuid)
returns regras_followup
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    achada regras_followup;
begin
    select r.* into achada from regras_followup r where r.empresa_id = regra_get.empresa and r.nome = regra_get.nome;
    if achada.id is null and exists (select 1 from regra_padroes() p where p.nome = regra_get.nome) then
        perform regras_install(regra_get.empresa);
        select r.* into achada from regras_followup r where r.empresa_id = regra_get.empresa and r.nome = regra_get.nome;
    end if;
    if achada.id is null then
        raise exception 'nome: there is no rule called "%"; there are %', regra_get.nome,
            (select string_agg(p.nome, ', ' order by p.nome) from regra_padroes() p) using errcode = '22023';
    end if;
    return achada;
end
$$;
grant execute on function regra_get(text, uuid) to carteiro_ops_escrita;
