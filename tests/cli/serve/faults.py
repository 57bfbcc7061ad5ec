"""embudo serve without memory: the n-th allocation of each request fails, for every n: python3 faults.py ADDRESS PID NEXT [training]

The server answers 503 (or, of what never needed that memory, as always) and goes on. NEXT is the file that tests/support/preload.c
reads at SIGUSR1."""
import http.client
import json
import os
import signal
import sys
import time

address, pid, next_fault = sys.argv[1].split('//')[1].split('/')[0], int(sys.argv[2]), sys.argv[3]
MOST = 4000  # allocations of one request, far more than any makes
NOMEM = 12
CODES = b'\0' * 24
REQUESTS = [('GET', '/api/1/', None), ('GET', '/api/1/run', None), ('GET', '/api/1/codes', None), ('GET', '/api/1/labels', None), ('GET', '/api/1/components', None), ('GET', '/api/1/places', None), ('GET', '/api/1/indices', None),
            ('GET', '/api/1/decode?code=0,0', None), ('GET', '/api/1/decode?code=0,0&as=png', None), ('POST', '/api/1/decode?as=bytes', CODES),
            ('GET', '/api/1/return?code=0,0', None), ('GET', '/api/1/neighbours?code=0,0', None), ('POST', '/api/1/encode', b'\0' * 784),
            ('POST', '/api/1/images', b'\0' * 8), ('GET', '/api/1/images/3', None), ('GET', '/api/1/images/3/original.png', None),
            ('GET', '/api/1/images/3/error.png', None), ('GET', '/api/1/images/3/layer?layer=2', None), ('GET', '/api/1/clusters?k=3', None),
            ('GET', '/api/1/errors', None), ('GET', '/api/1/score', None), ('GET', '/nothing', None), ('GET', '/', None)]

if sys.argv[4:]:  # one that is paused before its first epoch's end
    REQUESTS = [('GET', f'/api/1/{name}', None) for name in (
        'training', 'training/losses', 'history', 'training/steps/0/codes', 'training/steps/0/pictures', 'training/steps/0/decode?code=0,0',
        'training/steps/0/return?code=0,0', 'training/steps/1/decode?code=0,0', 'codes', 'decode?code=0,0')]


def fault(n):
    with open(next_fault, 'w') as file:
        file.write(f'alloc:{NOMEM}:{n}:1' if n else 'none')
    os.kill(pid, signal.SIGUSR1)
    time.sleep(0.001)


def ask(method, target, body):
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.request(method, target, body, {'Content-Type': 'application/octet-stream'} if body else {})
    try:
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (http.client.RemoteDisconnected, ConnectionResetError):
        return 0, b''
    finally:
        connection.close()


def steps():
    """Every allocation at first, then a sample."""
    n = 1
    while n < MOST:
        yield n
        n += 1 + n // 40


points, wrong = 0, []
for request in REQUESTS:
    for n in steps():
        fault(n)
        status, body = ask(*request)
        fault(0)
        points += 1
        again, whole = ask(*request)
        if again not in (200, 404):
            wrong.append(f'{request[:2]}, allocation {n}: then {again}')
        if (status, body) == (again, whole):
            break  # it needs no more than n - 1
        if status not in (0, 503):
            wrong.append(f'{request[:2]}, allocation {n}: {status} {body[:120]}')
        elif status and json.loads(body)['status'] != 503:
            wrong.append(f'{request[:2]}, allocation {n}: {body[:120]}')
    else:
        wrong.append(f'{request[:2]}: {MOST} allocations')
print(f'{points} points')
print('\n'.join(wrong))
sys.exit(1 if wrong else 0)
