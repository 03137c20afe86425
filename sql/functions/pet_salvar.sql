-- pet_salvar: makes a pet of this name under its tutor, or changes it; found by externo_id, else by name (of several
-- of that name the one without externo_id, else the oldest). Returns the row. What is left out stays.
create or replace function pet_salvar(cliente_id uuid, nome text, especie text default null,
    data_nascimento date default null, externo_id text default null)
returns pets
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_dona uuid;
    salvo pets;
begin
    select c.empresa_id into v_dona from clientes c where c.id = pet_salvar.cliente_id for key share;
    if v_dona is null then
        raise exception 'cliente_id: there is no cliente %', coalesce(pet_salvar.cliente_id::text, '(nothing given)')
            using errcode = '23503';
    end if;
    if btrim(coalesce(pet_salvar.nome, '')) = '' then
        raise exception 'nome: expected a name, found nothing' using errcode = '22023';
    end if;
    if pet_salvar.data_nascimento not between '1900-01-01' and agora()::date then
        raise exception 'data_nascimento: expected a day from 1900 to today' using errcode = '22023';
    end if;
    update pets p
    set nome            = btrim(pet_salvar.nome),
        especie         = coalesce(pet_salvar.especie, p.especie),
        data_nascimento = coalesce(pet_salvar.data_nascimento, p.data_nascimento),
        externo_id      = coalesce(pet_salvar.externo_id, p.externo_id),
        cliente_id      = pet_salvar.cliente_id
    where p.id = (
        select x.id
        from pets x
        where x.empresa_id = v_dona
          and (x.externo_id = pet_salvar.externo_id
               or pet_salvar.externo_id is null and x.cliente_id = pet_salvar.cliente_id
                  and lower(x.nome) = lower(btrim(pet_salvar.nome)))
        order by x.externo_id is not null, x.created_at, x.id
        limit 1)
    returning * into salvo;
    if salvo.id is null then
        insert into pets (empresa_id, cliente_id, externo_id, nome, especie, data_nascimento)
        values (v_dona, pet_salvar.cliente_id, pet_salvar.externo_id, btrim(pet_salvar.nome), pet_salvar.especie,
            pet_salvar.data_nascimento)
        returning * into salvo;
    end if;
    return salvo;
end
$$;
grant execute on function pet_salvar(uuid, text, text, date, text) to carteiro_ops_escrita;
