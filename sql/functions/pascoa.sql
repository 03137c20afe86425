-- pascoa: Easter Sunday of a year of the Gregorian calendar (the anonymous computus of 1876).
create or replace function pascoa(ano integer)
returns date
language plpgsql immutable strict parallel safe
as $$
declare
    a constant integer := ano % 19;
    b constant integer := ano / 100;
    c constant integer := ano % 100;
    h constant integer := (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    l constant integer := (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    m constant integer := (a + 11 * h + 22 * l) / 451;
    dia constant integer := h + l - 7 * m + 114;
begin
    return make_date(ano, dia / 31, dia % 31 + 1);
end
$$;
