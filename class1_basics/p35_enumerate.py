"""
Index and element together
==========================

枚举元素

:Notes: 1.4 TF2常用函数 › 枚举元素
:Data: none
:Expect: 0 one, 1 two, 2 three
:Time: 0.2 s
"""

seq = ["one", "two", "three"]
for i, element in enumerate(seq):
    print(i, element)
