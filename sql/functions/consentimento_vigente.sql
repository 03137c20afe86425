-- consentimento_vigente: whether any consent of this person, for whatever purpose, is in force.
create or replace function consentimento_vigente(cliente_id uuid)
returns boolean
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select exists (
        select 1
        from (
            select distinct on (k.finalidade) k.acao
            from consentimentos k
            where k.cliente_id = consentimento_vigente.cliente_id
            order by k.finalidade, k.id desc
        ) as u
        where u.acao = 'concedido')
$$;
