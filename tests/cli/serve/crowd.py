"""A crowd before embudo serve: 1,000 sockets that say nothing and 50 that send a byte now and then; meanwhile proper requests:
python3 crowd.py ADDRESS PID

Prints the slowest answer of twenty, in milliseconds, and the server's memory, in megabytes. A request that is not answered is an error."""
import http.client
import resource
import socket
import sys
import threading
import time

host, port = sys.argv[1].split('//')[1].strip('/').split(':')
pid = int(sys.argv[2])
IDLE, SLOW, ASKED = 1000, 50, 20
SECONDS = 1
HEAD = f'GET /api/1/run HTTP/1.1\r\nHost: {host}:{port}\r\nX: '.encode() + b'x' * 4000

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
wanted = IDLE + SLOW + 100
if soft < wanted:
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def connect():
    s = socket.create_connection((host, int(port)), 5)
    s.settimeout(5)
    return s


def resident():
    with open(f'/proc/{pid}/status') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('VmRSS')) / 1024


def drip(slow, ended):
    for byte in HEAD:
        for s in slow:
            s.send(bytes([byte]))
        if ended.wait(0.05):
            return


idle = [connect() for _ in range(IDLE)]
slow = [connect() for _ in range(SLOW)]
ended = threading.Event()
threading.Thread(target=drip, args=(slow, ended), daemon=True).start()
slowest = most = 0
for target in ['/', '/api/1/run', '/api/1/decode?code=0,0', '/api/1/images/1/original.png'] * (ASKED // 4):
    begun = time.monotonic()
    asked = http.client.HTTPConnection(host, int(port), timeout=10)
    asked.request('GET', target)
    answer = asked.getresponse()
    answer.read()
    assert answer.status == 200, (target, answer.status)
    asked.close()
    slowest = max(slowest, time.monotonic() - begun)
    most = max(most, resident())
    time.sleep(SECONDS / ASKED)
ended.set()
for s in idle:
    s.setblocking(False)
    try:
        assert s.recv(1), 'an idle connection was closed early'
    except BlockingIOError:
        pass
print(f'{1000 * slowest:.0f} ms, {most:.1f} MB')
