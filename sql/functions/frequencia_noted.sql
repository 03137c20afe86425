-- frequencia_noted: whether there are limits stands beside the mode, where every claim looks anyway.
create or replace function frequencia_noted()
returns trigger
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    update modo_envio m
    set ha_limites = exists (select 1 from limites_frequencia)
    where m.unico and m.ha_limites is distinct from exists (select 1 from limites_frequencia);
    return null;
end
$$;
create or replace trigger frequencia_noted
    after insert or delete or truncate on limites_frequencia
    for each statement execute function frequencia_noted();
