-- proativo_espera: what keeps messages of this number back now, as people read it; null: nothing does.
create or replace function proativo_espera(numero_id integer)
returns text
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select case p.escopo when 'conta' then 'conta' when 'numero' then 'número' when 'empresa' then 'empresa' else 'envio' end
        || ' em pausa: ' || p.motivo
    from numeros n
    join pausas p on p.escopo = 'tudo' or p.empresa_id = n.empresa_id or p.conta_id = n.conta_id or p.numero_id = n.id
    where n.id = proativo_espera.numero_id
      and (p.automatica or p.ate is null or p.ate > agora())
    order by array_position('{conta,numero,empresa,tudo}', p.escopo)
    limit 1
$$;
