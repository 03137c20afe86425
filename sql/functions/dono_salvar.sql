-- dono_salvar: makes the owner behind this phone, who receives the company's proactive messages, or
-- changes them. Returns the row.
--
-- `tipos`: the types that this owner wants ('{}': all). What is left out stays as it is. The queue writes
-- to the owner's cliente: whoever is a customer already stays that customer; else one is made that
-- counts nowhere (interno). Raises 22023 naming the argument.
create or replace function dono_salvar(
    nome text,
    telefone text,
    tipos text[] default null,
    ativo boolean default null,
    empresa text default null)
returns donos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(dono_salvar.empresa);
    v_nome text := cliente_nome(dono_salvar.nome);
    v_telefone text := telefone_exigir(dono_salvar.telefone);
    v_errado text := (select t from unnest(dono_salvar.tipos) t where not coalesce(t = any (proativo_tipos()), false) limit 1);
    v_pessoa uuid;
    is_novo boolean;
    salvo donos;
begin
    if v_nome is null then
        raise exception 'nome: expected a name, found nothing' using errcode = '22023';
    end if;
    if v_errado is not null then
        raise exception 'tipos: expected some of %, found "%"', array_to_string(proativo_tipos(), ', '), v_errado
            using errcode = '22023';
    end if;
    v_pessoa := cliente_localizar(dona, v_telefone);
    is_novo := v_pessoa is null;
    if is_novo or (select c.interno from clientes c where c.id = v_pessoa) then
        v_pessoa := (cliente_salvar(nome => v_nome, telefone => v_telefone, empresa => dona::text)).id;
    end if;
    -- {nome} of the short template is never empty
    update clientes c
    set interno       = c.interno or is_novo,
        primeiro_nome = case when c.primeiro_nome = '' then coalesce(nullif(nome_primeiro(v_nome), ''), left(v_nome, 60))
            else c.primeiro_nome end
    where c.id = v_pessoa and (is_novo or c.primeiro_nome = '');

    insert into donos as d (empresa_id, cliente_id, nome, tipos, ativo)
    values (dona, v_pessoa, v_nome, nullif(dono_salvar.tipos, '{}'), coalesce(dono_salvar.ativo, true))
    on conflict on constraint donos_cliente do update
    set nome  = v_nome,
        tipos = case when dono_salvar.tipos is null then d.tipos else nullif(dono_salvar.tipos, '{}') end,
        ativo = coalesce(dono_salvar.ativo, d.ativo)
    returning d.* into salvo;
    return salvo;
end
$$;
grant execute on function dono_salvar(text, text, text[], boolean, text) to carteiro_ops_escrita;
