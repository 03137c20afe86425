-- janela_fechada_ate: when the window of this company and purpose opens again for anybody, if it is
-- closed at `em` in all the zones its people live in; null when it is open in one of them.
create or replace function janela_fechada_ate(empresa uuid, proposito text, em timestamptz)
returns timestamptz
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_fusos text[];
    v_fuso text;
    v_abre timestamptz;
begin
    -- a loose scan of clientes_fuso: one probe per zone, however many people
    with recursive zona as (
        (select c.fuso from clientes c
         where c.empresa_id = janela_fechada_ate.empresa and c.fuso is not null
         order by c.fuso
         limit 1)
        union all
        select s.fuso
        from zona z
        cross join lateral (
            select c.fuso from clientes c
            where c.empresa_id = janela_fechada_ate.empresa and c.fuso > z.fuso
            order by c.fuso
            limit 1) as s
    )
    select coalesce(array_agg(z.fuso), '{}') || array[null::text] into v_fusos from zona z;
    foreach v_fuso in array v_fusos loop
        if janela_aberta(janela_fechada_ate.empresa, janela_fechada_ate.proposito, v_fuso, em) then
            return null;
        end if;
        v_abre := least(v_abre, coalesce(janela_proxima(janela_fechada_ate.empresa, janela_fechada_ate.proposito, v_fuso, em),
            em + interval '1 day'));
    end loop;
    return v_abre;
end
$$;
