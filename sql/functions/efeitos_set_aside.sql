-- efeitos_set_aside: what stops efeitos_apply when it is alone: the oldest row, if it cannot be
-- applied, goes to efeitos_retidos with its error, and stops the others no more. Returns 1 when one
-- went there, 0 when none did: it could be applied after all.
--
-- Only what is wrong with the row itself (its data, a constraint) sets it aside; any other error is
-- raised, and nothing is changed.
create or replace function efeitos_set_aside()
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_linha efeitos;
begin
    select e.* into v_linha from efeitos e order by e.id limit 1 for update skip locked;
    if v_linha.id is null then
        return 0;
    end if;
    begin
        perform efeitos_apply(1);
    exception
        when data_exception or integrity_constraint_violation or cardinality_violation or raise_exception then
            insert into efeitos_retidos (id, tipo, em, ate, mensagens, antes, depois, sem_conta, erro)
            values (v_linha.id, v_linha.tipo, v_linha.em, v_linha.ate, v_linha.mensagens, v_linha.antes, v_linha.depois,
                v_linha.sem_conta, sqlstate || ': ' || sqlerrm);
            delete from efeitos e where e.id = v_linha.id;
            return 1;
    end;
    return 0;
end
$$;
grant execute on function efeitos_set_aside() to carteiro_planner;
