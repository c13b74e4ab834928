"""How the page draws it: plotly's figures as plain data, one kind a file"""
