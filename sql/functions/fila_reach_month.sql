-- fila_reach_month: the part of fila_reach that lies in the month of `dia`: person and instant of each
-- message accepted outside the window since `desde`. Nothing when there is no such month.
create or replace function fila_reach_month(dia timestamptz, numeros integer[], desde timestamptz)
returns table (destino text, em timestamptz)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    parte constant text := 'fila_' || to_char(dia at time zone 'UTC', 'YYYY_MM');
begin
    if to_regclass('carteiro.' || parte) is null then
        return;
    end if;
    return query execute format(
        'select f.destino, f.enviada_em
         from carteiro.%I f
         where (f.encerrada_em at time zone ''UTC'') >= ($1 at time zone ''UTC'')
           and f.enviada_em > $1
           and f.status = ''enviada''
           and f.fora_da_janela
           and f.numero_id = any ($2)', parte)
        using desde, numeros;
end
$$;
