"""HTTP abuse of embudo serve: one row a case, sent byte by byte: python3 abuse.py ADDRESS PIXELS

A row is a name, what is sent, and the statuses that are right; 0 stands for a connection that is closed without an answer, WAITS for
a request that is not whole, and is dropped later (tests/cli/serve/test_slow.c).
Whatever is sent, a proper request is answered afterwards."""
import socket
import sys
import time

HOST, PORT = sys.argv[1].split('//')[1].strip('/').split(':')
PORT, PIXELS = int(PORT), int(sys.argv[2])
OWN = f'{HOST}:{PORT}'
PATIENCE, SHORT = 5, 0.3  # seconds
WAITS = -1


def request(method='GET', target='/api/1/run', version='HTTP/1.1', host=OWN, headers=(), body=b'', end='\r\n'):
    lines = [f'{method} {target} {version}'] + ([f'Host: {host}'] if host is not None else []) + list(headers) + ['Connection: close']
    return (end.join(lines) + end + end).encode('latin-1') + body


def get(target, **more):
    return request(target=target, **more)


def post(target, body, kind='application/octet-stream', length=None, headers=()):
    length = len(body) if length is None else length
    return request('POST', target, headers=[f'Content-Length: {length}', f'Content-Type: {kind}', *headers], body=body)


CODE = b'\0' * 8  # of two numbers
IMAGE = b'\0' * PIXELS
NAN = b'\0\0\xc0\x7f\0\0\0\0'

HOSTS = [('another name', 'evil.example'), ('another name with the port', f'evil.example:{PORT}'), ('no port', HOST), ('another port', f'{HOST}:1'),
         ('empty', ''), ('a name that begins like ours', f'127.0.0.1.evil.example:{PORT}'), ('user and ours', f'user@{OWN}'),
         ('ours and a path', f'{OWN}/x'), ('two in one', f'{OWN}, evil.example'), ('0.0.0.0', f'0.0.0.0:{PORT}'), ('127.1', f'127.1:{PORT}'),
         ('as one number', f'2130706433:{PORT}'), ('hexadecimal', f'0x7f.0.0.1:{PORT}'), ('another of the loopback', f'127.0.0.2:{PORT}'),
         ('IPv6', f'[::1]:{PORT}'), ('a dot behind the name', f'localhost.:{PORT}'), ('port with zeros', f'{HOST}:0{PORT}'), ('8-bit letters', f'\xe9:{PORT}')]
ORIGINS = ['http://evil.example', f'https://{OWN}', f'http://{HOST}', f'http://{HOST}:1', 'null', f'http://{OWN}.evil.example', f'http://{OWN}/',
           f'file://{OWN}', '', f'http://evil.example:{PORT}', 'chrome-extension://abc']
SITES = ['cross-site', 'same-site', 'nonsense', '']
METHODS = ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'get', 'GETX', 'POST', 'X' * 300]
PATHS = ['/../etc/passwd', '/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/api/1/../../etc/passwd', '//etc/passwd', '/etc/passwd',
         '/api/1/run/', '/api/1/run%00', '/api/1/run%20', '/api//1/run', '/api/2/run', '/API/1/run', '/api/1', '/index.html/', '/index.html%00.png',
         '/.git/config', '/api/1/images/', '/api/1/images/-1', '/api/1/images/01', '/api/1/images/+1', '/api/1/images/1e3', '/api/1/images/0x1',
         '/api/1/images/99999999999999999999', '/api/1/images/0/original.png/', '/api/1/images/0/../1', '/api/1/images/%30', '/api/1/images/0/original.PNG',
         '/api/1/images/4294967296', '/words', '/map/../main.js', '/main.js~', '/web/main.js', '/file:///etc/passwd', '/api/1/run;x=1']
QUERIES = ['', 'code=', 'code=1', 'code=1,2,3', 'code=a,b', 'code=nan,0', 'code=inf,0', 'code=1e999,0', 'code=1,2&code=3,4', 'code=1,2&x=1',
           'code=1,2&as=exe', 'code=1,2&as=', 'Code=1,2', 'code=1%202', 'code=%31,2', 'code=1;2', '&&&&', '=1,2', 'code=1,2&', 'code=' + '1,' * 1999,
           'code=1,2%00', 'code=0x,1']
ODD = ['/api/1/clusters', '/api/1/clusters?k=0', '/api/1/clusters?k=257', '/api/1/clusters?k=x', '/api/1/images/0/layer', '/api/1/images/0/layer?layer=99',
       '/api/1/images/0/layer?layer=-1', '/api/1/images/0/layer?layer=0&layer=1', '/api/1/film.gif', '/api/1/film.gif?code=0,0&delay=0',
       '/api/1/film.gif?code=0,0&delay=99999', '/api/1/return', '/api/1/return?code=1']
MOSTS = ['0', '-1', '1001', 'x', '', '1.5', '99999999999999999999', '+3']
TARGETS = ['http://evil.example/', f'http://{OWN}/api/1/run', '*', 'api/1/run', '', '/api/1/run#x', '/api/1/\\run', '/\x7f', '/api/1/ru\tn', 'evil.example:443']

CASES = [('a proper request', get('/api/1/run'), 200), ('its head alone', request('HEAD'), 200), ('localhost', get('/', host=f'localhost:{PORT}'), 200),
         ('localhost in capitals', get('/', host=f'LOCALHOST:{PORT}'), 200), ('our own Origin', request(headers=[f'Origin: http://{OWN}']), 200),
         ('the same site', request(headers=['Sec-Fetch-Site: same-origin']), 200), ('typed into the bar', request(headers=['Sec-Fetch-Site: none']), 200),
         ('a token that nobody asks for', request(headers=['Authorization: Bearer x']), 200), ('a code', get('/api/1/decode?code=0,0'), 200),
         ('a comma as %2C', get('/api/1/decode?code=0%2C0'), 200), ('posted codes', post('/api/1/decode', CODE * 3), 200),
         ('posted text', post('/api/1/decode', b'0,0\n1,1\n', 'text/csv'), 200), ('posted pixels', post('/api/1/encode', IMAGE), 200)]
CASES += [(f'Host: {name}', get('/api/1/run', host=host), (400, 403)) for name, host in HOSTS]
CASES += [('no Host', get('/', host=None), 400), ('no Host in HTTP/1.0', get('/', host=None, version='HTTP/1.0'), 400),
          ('two Hosts', request(headers=[f'Host: {OWN}']), 400), ('two Hosts, one of them another', request(headers=['Host: evil.example']), 400)]
CASES += [(f'Origin: {origin}', request(headers=[f'Origin: {origin}']), 403) for origin in ORIGINS]
CASES += [('two Origins', request(headers=[f'Origin: http://{OWN}', 'Origin: http://evil.example']), 403)]
CASES += [(f'Sec-Fetch-Site: {site}', request(headers=[f'Sec-Fetch-Site: {site}']), 403) for site in SITES]
CASES += [(f'method {method[:9]}', request(method), (400, 405, 0)) for method in METHODS]
CASES += [('GET of encode', get('/api/1/encode'), 405), ('DELETE of an image', request('DELETE', '/api/1/images/0'), 405), ('POST of the page', request('POST', '/'), 405)]
CASES += [(f'path {path}', get(path), 404) for path in PATHS]
CASES += [(f'query {query[:24]}', get('/api/1/decode?' + query), 400) for query in QUERIES]
CASES += [(f'odd {target}', get(target), 400) for target in ODD]
CASES += [('too many frames', post('/api/1/film.gif', CODE * 1001), 413), ('a layer of no image', get('/api/1/images/99999/layer?layer=0'), 404)]
CASES += [('GET of images', get('/api/1/images'), 400), ('images: three bytes', post('/api/1/images', b'abc'), 400), ('images: nothing', post('/api/1/images', b''), 400),
          ('images that are not there', post('/api/1/images', b'\xff\xff\xff\x7f'), 404), ('images: the largest number', post('/api/1/images', b'\xff' * 4), 404),
          ('too many images', post('/api/1/images', b'\0' * 4 * 30000), 413), ('POST of components', post('/api/1/components', b''), 405),
          ('POST of unusual', post('/api/1/unusual', b''), 405)]
CASES += [(f'most={most}', get(f'/api/1/neighbours?code=0,0&most={most}'), 400) for most in MOSTS]
CASES += [(f'target {target}', get(target), (400, 404, 0)) for target in TARGETS]
CASES += [('a path of 8,000 letters', get('/' + 'a' * 8000), (404, 414)), ('a path of 100,000 letters', get('/' + 'a' * 100000), (400, 413, 414, 431, 0)),
          ('a header of 100,000 letters', request(headers=['X: ' + 'a' * 100000]), (400, 413, 431, 0)),
          ('10,000 headers', request(headers=[f'X{i}: 1' for i in range(10000)]), (400, 413, 431, 0)),
          ('HTTP/2.0', request(version='HTTP/2.0'), (400, 505, 0)), ('HTTP/9.9', request(version='HTTP/9.9'), (400, 505, 0)),
          ('HTTP/0.9', b'GET /api/1/run\r\n\r\n', (400, 505, 0)), ('HTTQ/1.1', request(version='HTTQ/1.1'), (400, 505, 0)),
          ('the preface of HTTP/2', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', (400, 405, 505, 0)), ('TLS', b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + b'\0' * 80, (400, 0, WAITS)),
          ('zeros', b'\0' * 1000, (400, 0, WAITS)), ('random bytes', bytes(range(1, 256)) * 4, (400, 0)), ('an empty line alone', b'\r\n\r\n', (400, 0, WAITS)),
          ('a header without a colon', request(headers=['Nonsense']), (200, 400, 0)), ('a header without a name', request(headers=[': 1']), (200, 400, 0)),
          ('a space before the colon of Host', get('/api/1/run', host=None, headers=[f'Host : {OWN}']), (400, 403, 0)),
          ('a folded header', request(headers=['X: 1', ' 2']), (200, 400, 0)), ('a folded Host', get('/', host=None, headers=['Host:', f' {OWN}.evil.example']), (400, 403, 0)),
          ('a zero in a header', request(headers=['X: \0']), (200, 400, 0)), ('a zero in Host', get('/', host=f'{OWN}\0.evil.example'), (200, 400, 403, 0)),
          ('lines that end in LF', get('/api/1/run', end='\n'), (200, 400, 0)), ('a bare CR in a header', request(headers=[f'X: 1\rHost: evil.example']), (200, 400, 0)),
          ('Upgrade to WebSocket', request(headers=['Upgrade: websocket', 'Sec-WebSocket-Key: x', 'Sec-WebSocket-Version: 13']), 400),
          ('Upgrade to h2c', request(headers=['Upgrade: h2c', 'HTTP2-Settings: x']), 400), ('Expect twice', request(headers=['Expect: 100-continue'] * 2), (400, 417)),
          ('a range', request(headers=['Range: bytes=0-0,-1']), 200), ('X-Forwarded-Host', request(headers=['X-Forwarded-Host: evil.example']), 200),
          ('X-HTTP-Method-Override', request(headers=['X-HTTP-Method-Override: DELETE']), 200)]
CHUNKED = ['Transfer-Encoding: chunked']
CASES += [('chunks', request('POST', '/api/1/decode', headers=CHUNKED, body=b'8\r\n' + CODE + b'\r\n0\r\n\r\n'), 411),
          ('chunks and a length', request('POST', '/api/1/decode', headers=CHUNKED + ['Content-Length: 8'], body=CODE), 400),
          ('a length and chunks of GET', request(headers=['Content-Length: 4'] + CHUNKED, body=b'0\r\n\r\n'), 400),
          ('Transfer-Encoding: identity', request('POST', '/api/1/decode', headers=['Transfer-Encoding: identity', 'Content-Length: 8'], body=CODE), 400),
          ('Transfer-Encoding: xchunked', request('POST', '/api/1/decode', headers=['Transfer-Encoding: xchunked'], body=CODE), (400, 411, 501)),
          ('Transfer-Encoding twice', request('POST', '/api/1/decode', headers=CHUNKED * 2, body=b'0\r\n\r\n'), (400, 411)),
          ('a chunk of 2^64 bytes', request('POST', '/api/1/decode', headers=CHUNKED, body=b'FFFFFFFFFFFFFFFFF\r\n'), (400, 411, 413)),
          ('two lengths', request('POST', '/api/1/decode', headers=['Content-Length: 8', 'Content-Length: 8'], body=CODE), 400),
          ('two lengths that differ', request('POST', '/api/1/decode', headers=['Content-Length: 8', 'Content-Length: 0'], body=CODE), 400),
          ('no length', request('POST', '/api/1/decode'), 411), ('a length below 0', post('/api/1/decode', CODE, length=-1), (400, 413, 0)),
          ('a length of +8', post('/api/1/decode', CODE, length='+8'), (400, 413, 0)), ('a length of 0x8', post('/api/1/decode', CODE, length='0x8'), (400, 413, 0)),
          ('a length of 8, 8', post('/api/1/decode', CODE, length='8, 8'), (400, 413, 0)), ('a length of 1 GB', post('/api/1/decode', CODE, length=10**9), 413),
          ('a length of 2^64', post('/api/1/decode', CODE, length=2**64), (400, 413, 0)), ('a length of 2^200', post('/api/1/decode', CODE, length=2**200), (400, 413, 0)),
          ('GET with a body', request(headers=['Content-Length: 3'], body=b'abc'), 400), ('HEAD with a body', request('HEAD', headers=['Content-Length: 3'], body=b'abc'), 400),
          ('no codes', post('/api/1/decode', b''), 400), ('a part of a code', post('/api/1/decode', b'\0' * 7), 400), ('a number that is none', post('/api/1/decode', NAN), 400),
          ('many codes as one picture', post('/api/1/decode?as=png', CODE * 2), 400), ('too many codes', post('/api/1/decode', CODE * 30000), 413),
          ('codes of another type', post('/api/1/decode', CODE, 'image/png'), 400), ('codes without a type', post('/api/1/decode', CODE, ''), 400),
          ('text that is no CSV', post('/api/1/decode', b'\xff\xfe\0\0', 'text/csv'), 400), ('CSV with too many columns', post('/api/1/decode', b'1,2,3\n', 'text/csv'), 400),
          ('too few pixels', post('/api/1/encode', b'\0'), 400), ('too many pixels', post('/api/1/encode', IMAGE + b'\0'), 400), ('no pixels', post('/api/1/encode', b''), 400),
          ('a picture that is none', post('/api/1/encode', b'GIF89a', 'image/gif'), 400), ('an empty picture', post('/api/1/encode', b'', 'image/png'), 400),
          ('a picture that ends early', post('/api/1/encode', b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'image/png'), 400),
          ('a picture of 2^31 rows', post('/api/1/encode', b'BM' + b'\x7f' * 60, 'image/bmp'), 400), ('an image of text', post('/api/1/encode', IMAGE, 'text/plain'), 415),
          ('a form', post('/api/1/encode', b'a=1', 'application/x-www-form-urlencoded'), 415), ('parts', post('/api/1/encode', b'--x', 'multipart/form-data; boundary=x'), 415)]


def talk(data, pause=0.0, patience=PATIENCE):
    """The status of the first answer, 0 if there is none, and all that came."""
    got = b''
    with socket.create_connection((HOST, PORT), timeout=patience) as s:
        try:
            if pause:
                for i in range(len(data)):
                    s.sendall(data[i:i + 1])
                    time.sleep(pause)
            else:
                s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            while piece := s.recv(65536):
                got += piece
        except socket.timeout:
            return WAITS, got
        except OSError:
            pass
    return (int(got[9:12]) if got.startswith(b'HTTP/1.') else 0), got


def check(name, data, right):
    right = right if isinstance(right, tuple) else (right,)
    status, got = talk(data, patience=SHORT if WAITS in right else PATIENCE)
    if status not in right:
        print(f'FAILED {name}: {status}, expected {right}: {got[:200]!r}')
        return 1
    if status >= 400 and status != 404 and b'root:' in got:
        print(f'FAILED {name}: a file')
        return 1
    if status == 200 and b"Content-Security-Policy: default-src 'none'" not in got:
        print(f'FAILED {name}: no policy')
        return 1
    return 0


def alive(what):
    status, _ = talk(get('/api/1/images/0'))
    if status == 200:
        return 0
    print(f'FAILED after {what}: status {status}')
    return 1


def smuggled():
    """Behind a refused request nothing is read as another one."""
    inner = get('/api/1/images/0')
    wrong = 0
    for name, headers in [('a length and chunks', ['Content-Length: 6', *CHUNKED]), ('two lengths', ['Content-Length: 0', 'Content-Length: 6']), ('chunks', CHUNKED)]:
        head = request('POST', '/api/1/decode', headers=headers).replace(b'Connection: close\r\n', b'')
        _, got = talk(head + b'0\r\n\r\n' + inner)
        if got.count(b'HTTP/1.') != 1:
            print(f'FAILED smuggling by {name}: {got.count(b"HTTP/1.")} answers')
            wrong += 1
    return wrong


def crowd():
    """Many that say nothing, and some that say it slowly, keep nobody out."""
    idle, slow = [], []
    try:
        for _ in range(300):
            idle.append(socket.create_connection((HOST, PORT), timeout=PATIENCE))
        for _ in range(50):
            s = socket.create_connection((HOST, PORT), timeout=PATIENCE)
            s.sendall(b'GET /api/1/run HT')
            slow.append(s)
        return alive('300 idle and 50 slow clients')
    finally:
        for s in idle + slow:
            s.close()


def main():
    names = [name for name, _, _ in CASES]
    twice = {name for name in names if names.count(name) > 1}
    wrong = len(twice)
    if twice:
        print(f'FAILED two cases of one name: {twice}')
    for case in CASES:
        wrong += check(*case)
    wrong += smuggled() + crowd() + alive('all of it')
    status, _ = talk(get('/api/1/images/0'), 0.002)
    if status != 200:
        print(f'FAILED byte by byte: {status}')
        wrong += 1
    print(f'{len(CASES)} cases, {wrong} wrong')
    return wrong > 0 or len(CASES) < 150


sys.exit(main())
