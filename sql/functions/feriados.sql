-- feriados: the national holidays of a year, in their order. Computed, so that the list never ends.
--
-- `facultativo`: no holiday by law but a day off in most places (Carnival Monday and Tuesday, Corpus
-- Christi); counts for the companies that keep them (feriado_facultativos). Ash Wednesday, half a day
-- off, is a working day. 20 November is national from 2024 on (Lei 14.759/2023).
create or replace function feriados(ano integer)
returns table (data date, nome text, facultativo boolean)
language sql stable parallel safe
set search_path = carteiro, pg_temp
as $$
    select make_date(ano, v.mes, v.dia), v.nome, false
    from (values
        (1, 1, 'Confraternização Universal'),
        (4, 21, 'Tiradentes'),
        (5, 1, 'Dia do Trabalho'),
        (9, 7, 'Independência do Brasil'),
        (10, 12, 'Nossa Senhora Aparecida'),
        (11, 2, 'Finados'),
        (11, 15, 'Proclamação da República'),
        (11, 20, 'Dia Nacional de Zumbi e da Consciência Negra'),
        (12, 25, 'Natal')
    ) v (mes, dia, nome)
    where ano >= 2024 or (v.mes, v.dia) <> (11, 20)
    union all
    select pascoa(ano) + v.dias, v.nome, v.facultativo
    from (values
        (-48, 'Carnaval (segunda-feira)', true),
        (-47, 'Carnaval (terça-feira)', true),
        (-2, 'Sexta-feira Santa', false),
        (60, 'Corpus Christi', true)
    ) v (dias, nome, facultativo)
    order by 1
$$;
grant execute on function feriados(integer) to public;
