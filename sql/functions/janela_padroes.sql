-- janela_padroes: the windows that the product comes with, for this purpose.
create or replace function janela_padroes(proposito text)
returns table (dias smallint[], inicio time, fim time, feriados boolean)
language sql immutable parallel safe
as $$
    select v.dias::smallint[], v.inicio::time, v.fim::time, v.proposito <> 'marketing'
    from (values
        ('marketing', '{1,2,3,4,5}', '09:00', '20:00'),
        ('marketing', '{6}', '10:00', '16:00'),
        ('transacional', '{1,2,3,4,5,6,7}', '07:00', '22:00'),
        ('dono', '{1,2,3,4,5,6,7}', '07:00', '22:00')
    ) v (proposito, dias, inicio, fim)
    where v.proposito = janela_padroes.proposito
$$;
