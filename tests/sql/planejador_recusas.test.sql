-- What people give to the planner's functions that cannot be: refused, with the argument's name, before it does harm.
begin;
select plan(26);

insert into relogio (deslocamento) values ('2027-03-01 10:00-03'::timestamptz - now()); -- a Monday
select empresa_salvar('Clínica') \g /dev/null
select conta_salvar('100000001', 'token') \g /dev/null
select numero_salvar('200000001') \g /dev/null
select (cliente_salvar('Ana', '11987654321')).id as ana \gset
select (campanha_criar('c', 'promocional', 'Oi {nome}')).id as c \gset
-- recusa: 22023 with a message that begins so
create function pg_temp.recusa(comando text, inicio text) returns text language plpgsql
as $$
declare
    v_dito text;
begin
    execute comando;
    return ok(false, comando || ': not refused');
exception
    when invalid_parameter_value then
        get stacked diagnostics v_dito = message_text;
        return is(left(v_dito, length(inicio)), inicio, comando);
end
$$;

-- times that no instant can be added to: kept, they would fail each saving of an appointment from then on
select pg_temp.recusa($$select regra_salvar('pos_atendimento', atraso => '1000000 years')$$, 'atraso: expected at most a year');
select pg_temp.recusa($$select regra_salvar('lembrete_24h', atraso => '-1000000 years')$$, 'atraso: expected at most a year');
select pg_temp.recusa($$select regra_salvar('post_service', validade => '1000000 years')$$, 'validade: ');
select pg_temp.recusa($$select regra_salvar('post_service', validade => '0')$$, 'validade: ');
select pg_temp.recusa($$select regra_salvar('pos_oferta', carencia => '1000000 years')$$, 'carencia: ');
select is((regra_salvar('lembrete_24h', atraso => '-48 hours')).atraso, interval '-48 hours', 'two days before');
select pg_temp.recusa($$select regra_salvar('nenhuma', atraso => '1 day')$$, 'nome: there is no rule called "nenhuma"; there are birthdays');

-- amounts: NaN is greater than all of them, and stood in the owner's summary
select pg_temp.recusa(format($$select agendamento_salvar(%L, '2027-03-03 14:00-03', valor => %L)$$, :'ana', v), 'valor: ')
from unnest('{NaN,Infinity,-1,1e30,10000000000}'::text[]) v;
select is((agendamento_salvar(:'ana', '2027-03-03 14:00-03', valor => 9999999999.99)).valor, 9999999999.99, 'the most that there is room for');

-- days
select pg_temp.recusa(format('select pet_salvar(%L, %L, data_nascimento => %L)', :'ana', 'Rex', v), 'data_nascimento: ')
from unnest('{infinity,-infinity,2027-03-02,1899-12-31}'::date[]) v;
select is((pet_salvar(:'ana', 'Rex', data_nascimento => '2027-03-01')).data_nascimento, '2027-03-01', 'born today');

-- how many
select pg_temp.recusa(format('select * from %s_listar(limite => -1)', v), 'limite: expected 1 or more, found -1')
from unnest('{agendamento,conversa,followup}'::text[]) v;

-- a campaign's end
select pg_temp.recusa(format('select campanha_editar(%L, valido_ate => %L)', :'c', 'infinity'), 'valido_ate: ');
select campanha_editar(:'c', valido_ate => '2027-03-10 10:00-03') \g /dev/null
select pg_temp.recusa(format('select campanha_editar(%L, agendar_para => %L)', :'c', '2027-03-11 10:00-03'),
    'agendar_para: the campaign would be worth nothing any more when it starts');

-- who, also where there is nothing to count
select pg_temp.recusa($$select job_metrics('Nenhuma')$$, 'empresa: ');
select is(job_metrics('Clínica') ->> 'total_consultas', '0', 'none yet');

-- an instant: the argument is named where the caller says which
select pg_temp.recusa($$select instante_ler('ontem', 'Clínica', 'inicio')$$, 'inicio: expected a time such as');

select * from finish();
rollback;
