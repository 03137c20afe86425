-- campanha_modelo: the template of this name on the account of the number that will send it; null
-- for null.
--
-- A template belongs to one WhatsApp account; sent by a number of another it would be refused.
-- Raises 22023 that names `modelo`; warns of one that Meta has not approved.
create or replace function campanha_modelo(dona uuid, numero integer, modelo text)
returns modelos
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    achado modelos := modelo_resolver(dona, campanha_modelo.modelo);
begin
    if achado.id is null then
        return null;
    end if;
    select m.* into achado
    from modelos m
    join numeros n on n.conta_id = m.conta_id
    where n.id = campanha_modelo.numero
      and m.empresa_id = dona
      and m.nome = achado.nome
    order by m.id = achado.id desc, m.idioma = 'pt_BR' desc, m.id
    limit 1;
    if achado.id is null then
        raise exception 'modelo: "%" belongs to another WhatsApp account than the number that sends',
            campanha_modelo.modelo using errcode = '22023';
    end if;
    if achado.situacao <> 'aprovado' then
        raise warning 'modelo: "%" is % and not yet aprovado; nothing leaves by it before', achado.nome, achado.situacao;
    end if;
    return achado;
end
$$;
