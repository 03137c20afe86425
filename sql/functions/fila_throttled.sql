-- fila_throttled: Meta throttled the number (`escopo` numero), or its account or app (conta): the
-- learnt rate falls to 0.7 of what it is now, never below a tenth. Returns the factor in force.
--
-- At most once a second for each, whoever says so: all senders hear of the same throttling at once.
-- Between two that say it together the row's lock decides: the second one finds taxa_fator_em of now.
create or replace function fila_throttled(numero integer, escopo text)
returns double precision
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    v_fator double precision;
begin
    if escopo = 'numero' then
        update numeros n
        set taxa_fator = greatest(0.1, 0.7 * fator_agora(n.taxa_fator, n.taxa_fator_em)), taxa_fator_em = v_agora
        where n.id = fila_throttled.numero
          and (n.taxa_fator_em is null or n.taxa_fator_em <= v_agora - interval '1 second');
        select fator_agora(n.taxa_fator, n.taxa_fator_em) into v_fator
        from numeros n where n.id = fila_throttled.numero;
    elsif escopo = 'conta' then
        update contas c
        set taxa_fator = greatest(0.1, 0.7 * fator_agora(c.taxa_fator, c.taxa_fator_em)), taxa_fator_em = v_agora
        from numeros n
        where n.id = fila_throttled.numero
          and c.id = n.conta_id
          and (c.taxa_fator_em is null or c.taxa_fator_em <= v_agora - interval '1 second');
        select fator_agora(c.taxa_fator, c.taxa_fator_em) into v_fator
        from numeros n join contas c on c.id = n.conta_id where n.id = fila_throttled.numero;
    else
        raise exception 'escopo: expected numero or conta, found "%"', escopo using errcode = '22023';
    end if;
    return v_fator;
end
$$;
grant execute on function fila_throttled(integer, text) to carteiro_sender;
